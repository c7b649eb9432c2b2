import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DemoClient } from '../../src/cli/demo/demo-client.js';
import { DEMO_STORIES } from '../../src/cli/demo/demo-stories.js';
import { runStory } from '../../src/cli/demo/run-story.js';
import { startDocket, type Docket } from '../../src/docket.js';
import type { AgentGateway } from '../../src/openclaw/agent-gateway.js';
import { createGatewayClient } from '../../src/openclaw/gateway-client/gateway-client.js';
import { readConfiguration } from '../../src/runtime/configuration.js';
import { createLogger } from '../../src/runtime/logger.js';
import type { RealGateway } from './real-gateway.js';

/** What each outcome records between `Classified` and its end. */
const EVENTS = {
  green: ['Submitted', 'Classified', 'ExecutionStarted', 'Executed'],
  amber: [
    'Submitted',
    'Classified',
    'ApprovalRequested',
    'ApprovalGranted',
    'Approved',
    'ExecutionStarted',
    'Executed',
  ],
  red: ['Submitted', 'Classified', 'Blocked'],
} as const;

/** The demo's requests over Docket's own REST API, through the real gateway. */
export function storiesSuite(real: () => RealGateway): void {
  describe('A governed request through the real gateway', () => {
    let dataDir: string;
    let gateway: AgentGateway;
    let docket: Docket;
    let client: DemoClient;

    beforeAll(async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'docket-stories-'));
      gateway = createGatewayClient(real().gateway);
      const configuration = readConfiguration({ DOCKET_DATA_DIR: dataDir, DOCKET_PORT: '0' });
      docket = await startDocket({ configuration, gateway, log: createLogger('warn') });
      client = new DemoClient(docket.url, docket.firstKeysFile ?? '');
    });

    afterAll(async () => {
      await docket.close();
      await gateway.close();
      await rm(dataDir, { recursive: true, force: true });
    });

    it.each(DEMO_STORIES)('that asks to $title is $risk and ends $status', async (story) => {
      const trace = await runStory(client, story, 1, () => {});
      expect(trace).toMatchObject({ status: story.status, classification: { risk: story.risk } });
      const recorded = (await client.events(trace.id)).map(({ type }) => type);
      expect(recorded).toEqual(EVENTS[story.risk]);
    });

    it('keeps the run id that the gateway knows it by', async () => {
      const summary = await runStory(client, DEMO_STORIES[0]!, 1, () => {});
      expect(summary.execution?.runId).toMatch(/^chatcmpl_/u);
      expect(summary.execution?.response).toMatch(/rehearsal model/iu);
    });
  });
}
