import { accessSync, constants, mkdirSync } from 'node:fs';
import { ConfigurationError } from './configuration.error.js';

/** Makes the data directory, readable by nobody else; throws `ConfigurationError` where that cannot be. */
export function prepareDataDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new ConfigurationError(
      `DOCKET_DATA_DIR: ${directory} cannot be made or written to (${code})`,
    );
  }
}
