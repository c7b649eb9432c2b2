import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Everything that one gateway keeps on disk. */
export interface GatewayFolder {
  readonly home: string;
  readonly workspace: string;
  readonly state: string;
  readonly temporary: string;
  readonly configuration: string;
  readonly log: string;
  /** Which process runs here, and for whom. */
  readonly processRecord: string;
}

/** Makes the folders, readable by this user only. */
export async function gatewayFolder(directory: string): Promise<GatewayFolder> {
  const home = resolve(directory);
  const folder = {
    home,
    workspace: join(home, 'workspace'),
    state: join(home, 'state'),
    temporary: join(home, 'tmp'),
    configuration: join(home, 'openclaw.json'),
    log: join(home, 'gateway.log'),
    processRecord: join(home, 'process.json'),
  };
  for (const path of [home, folder.workspace, folder.state, folder.temporary]) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  }
  return folder;
}
