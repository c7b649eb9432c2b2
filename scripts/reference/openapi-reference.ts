import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDocket } from '../../src/docket.js';
import { createFakeGateway } from '../../src/openclaw/fake/fake-gateway.js';
import { readConfiguration } from '../../src/runtime/configuration.js';
import { createLogger } from '../../src/runtime/logger.js';

/** `openapi.json`, as a running service answers it. */
export async function openApiReference(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'docket-reference-'));
  const docket = await startDocket({
    configuration: readConfiguration({ DOCKET_DATA_DIR: dataDir, DOCKET_PORT: '0' }),
    gateway: createFakeGateway(),
    log: createLogger('silent'),
  });
  try {
    const answer = await fetch(`${docket.url}/openapi.json`);
    const description: unknown = await answer.json();
    return `${JSON.stringify(description, null, 2)}\n`;
  } finally {
    await docket.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}
