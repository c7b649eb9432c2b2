import { pino, type Logger } from 'pino';
import type { LoggerService } from '@nestjs/common';
import type { Configuration } from './configuration.js';

/** Characters of lines that wait where standard error takes none for now; later ones are lost. */
const MAX_WAITING = 1_048_576;

/** JSON lines on standard error, so that what commands print on standard output stays theirs. */
export const createLogger = (level: Configuration['logLevel'] | 'silent'): Logger =>
  pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, standardError());

/** Lines may be lost when they go to a full disk, and nothing else may. */
function standardError() {
  const destination = pino.destination({ dest: 2, maxLength: MAX_WAITING });
  destination.on('error', () => {});
  return destination;
}

/** Nest's own messages, in the same form. */
export const nestLogger = (log: Logger): LoggerService => ({
  log: (message: unknown) => log.debug(String(message)),
  error: (message: unknown) => log.error(String(message)),
  warn: (message: unknown) => log.warn(String(message)),
});
