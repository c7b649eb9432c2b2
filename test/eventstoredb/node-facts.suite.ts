import { describe, expect, it } from '@jest/globals';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { newStream, type RawClient } from './raw-client.js';

const { StreamsService } = streamsGrpc;

/** What a node says about itself. */
export function observeNodeFacts(raw: () => RawClient): void {
  describe('a node', () => {
    it.each([
      ['read', StreamsService.read, ['position', 'events']],
      ['append', StreamsService.append, []],
      ['delete', StreamsService.delete, []],
      ['tombstone', StreamsService.tombstone, []],
      ['batchAppend', StreamsService.batchAppend, ['deadline_duration']],
    ] as const)('can %s', async (_, method, features) => {
      expect(await raw().supports(method)).toBe(true);
      for (const feature of features) expect(await raw().supports(method, feature)).toBe(true);
      expect(await raw().supports(method, 'teleport')).toBe(false);
    });

    it('tells those who look for a cluster of itself', async () => {
      const searching = raw().searching();
      await searching.fill(newStream(), 1);
      await searching.close();
    });
  });
}
