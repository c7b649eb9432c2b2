import { afterAll, beforeAll, describe } from '@jest/globals';
import { observeAppends } from './appends.suite.js';
import { observeCheckpoints } from './checkpoints.suite.js';
import { observeDeletions } from './deletions.suite.js';
import { observeFidelity } from './fidelity.suite.js';
import { observeNodeFacts } from './node-facts.suite.js';
import { RawClient } from './raw-client.js';
import { observeRepeatedAppends } from './repeated-appends.suite.js';
import { observeSizes } from './sizes.suite.js';
import { observeSlowSubscribers } from './slow-subscribers.suite.js';
import { observeStreamReads } from './stream-reads.suite.js';
import { observeSubscriptions } from './subscriptions.suite.js';
import { observeWholeLogReads } from './whole-log-reads.suite.js';

/** A server to observe. */
export interface ObservedServer {
  readonly connectionString: string;
  release(): Promise<void>;
}

/** What an EventStoreDB server answers, call by call; the same of a scripted and of a real one. */
export function observeEventStoreDb(name: string, start: () => Promise<ObservedServer>): void {
  describe(`EventStoreDB, ${name}:`, () => {
    let server: ObservedServer;
    let client: RawClient;
    const raw = () => client;

    beforeAll(async () => {
      server = await start();
      client = new RawClient(server.connectionString);
    });
    afterAll(async () => {
      await client.close();
      await server.release();
    });

    observeNodeFacts(raw);
    observeAppends(raw);
    observeRepeatedAppends(raw);
    observeSizes(raw);
    observeFidelity(raw);
    observeStreamReads(raw);
    observeDeletions(raw);
    observeWholeLogReads(raw);
    observeSubscriptions(raw);
    observeCheckpoints(raw);
    observeSlowSubscribers(raw);
  });
}
