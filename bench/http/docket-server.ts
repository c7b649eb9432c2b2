/** Docket as it is delivered, on SQLite with every commit flushed to disk; only the agent gateway is a fake. */
import 'reflect-metadata';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { startDocket } from '../../src/docket.js';
import { createFakeGateway } from '../../src/openclaw/fake/fake-gateway.js';
import { readConfiguration } from '../../src/runtime/configuration.js';
import { createLogger } from '../../src/runtime/logger.js';
import { serveBench } from './serve-bench.js';

const dataDir = mkdtempSync(join(tmpdir(), 'docket-bench-'));
const configuration = readConfiguration({
  DOCKET_DATA_DIR: dataDir,
  DOCKET_PORT: '0',
  DOCKET_MAX_EXECUTIONS: '256',
});
const docket = await startDocket({
  configuration,
  gateway: createFakeGateway(),
  log: createLogger('error'),
});
const keys = z.object({ requester: z.string() });
const { requester } = keys.parse(JSON.parse(readFileSync(docket.firstKeysFile ?? '', 'utf8')));
serveBench({ url: docket.url, key: requester }, async () => {
  await docket.close();
  rmSync(dataDir, { recursive: true, force: true });
});
