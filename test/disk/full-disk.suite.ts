import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from '@jest/globals';
import { problemDetails } from '../../src/http/problem.js';
import { trace } from '../../src/views/request-trace/trace.js';
import { eventually } from '../replicas/support/eventually.js';
import type { Answer } from '../support/docket/http-client.js';
import { DRAFT } from '../support/docket/sample-requests.js';
import { SCARCE_ROOMS, type ScarceRoom } from './support/scarce-room.js';
import { serve, type Home, type Service } from './support/service.js';

/** Room for a few requests. */
const LEFT = 60_000;
const PATIENCE = 20_000;

/** A request of some kilobytes, so that room runs out soon. */
const LARGE_DRAFT = { ...DRAFT, request: `${DRAFT.request} ${'Thank them. '.repeat(800)}` };

export function describeFullDisks(homeOf: (directory: string) => Home): void {
  describe.each(SCARCE_ROOMS)('A service that runs out of room: %s', (_, code, makeRoom) => {
    let room: ScarceRoom;
    let service: Service;
    /** Ids by the Idempotency-Key that they were acknowledged under. */
    let acknowledged: Map<string, string>;
    let keys = 0;

    beforeAll(() => {
      acknowledged = new Map();
    });
    beforeEach(async () => {
      room = await makeRoom();
      service = await serve(homeOf(room.directory));
    });
    afterEach(async () => {
      await service.kill();
      room.remove();
    });
    afterAll(() => {
      expect(acknowledged.size).toBeGreaterThan(0);
    });

    async function submit(key = `key-${(keys += 1)}`): Promise<Answer & { readonly key: string }> {
      const headers = { 'idempotency-key': key };
      const answer = await service.call('ada', 'POST', '/v1/requests', {
        body: LARGE_DRAFT,
        headers,
      });
      if (answer.status < 300) acknowledged.set(key, trace.parse(answer.json()).id);
      return { ...answer, key };
    }

    async function submitUntilRefused(): Promise<Answer & { readonly key: string }> {
      for (;;) {
        const answer = await submit();
        if (answer.status >= 300) return answer;
      }
    }

    it('refuses what it cannot record, is not ready, reads on, and goes on by itself', async () => {
      acknowledged.clear();
      await submit();
      room.take(service.pid, LEFT);
      const refused = await submitUntilRefused();
      expect([refused.status, problemDetails.parse(refused.json()).code]).toEqual([503, code]);
      const { ready, eventStore, reasons } = await service.readiness();
      expect({ ready, eventStore, reasons }).toEqual({
        ready: false,
        eventStore: false,
        reasons: ['The event store can be read, but not written to now.'],
      });
      // Long enough for it to try again.
      await sleep(1_500);
      expect((await service.readiness()).ready).toBe(false);
      const read = await service.call('audrey', 'GET', '/v1/events?limit=1');
      expect(read.status).toBe(200);
      expect((await submit()).status).toBe(503);

      room.giveBack(service.pid);
      await eventually(
        'it is ready again',
        PATIENCE,
        async () => (await service.readiness()).ready,
      );
      expect((await submit()).status).toBe(201);
      const repeated = await submit(refused.key);
      expect([200, 201]).toContain(repeated.status);
      for (const line of ['cannot be written to', 'can be written to again']) {
        expect(service.stderr.split(line)).toHaveLength(2);
      }
    });

    it('has everything it acknowledged, and nothing half, when it is killed in that state', async () => {
      acknowledged.clear();
      const before = await submit();
      room.take(service.pid, LEFT);
      const refused = new Set<string>();
      for (let count = 0; count < 5; count += 1) refused.add((await submitUntilRefused()).key);
      await service.kill();
      room.giveBack(process.pid);
      service = await serve(homeOf(room.directory));

      const log = await service.log();
      const streams = new Set(log.map(({ stream }) => stream.replace(/^[^-]*-/, '')));
      expect([...acknowledged.values()].filter((id) => !streams.has(id))).toEqual([]);
      for (const id of streams) {
        const types = (await service.eventsOf(id)).map(({ type }) => type);
        expect(types).toEqual(['Submitted', 'Classified', 'ApprovalRequested']);
      }
      const unacknowledged = streams.size - acknowledged.size;
      expect(unacknowledged).toBeLessThanOrEqual(code === 'store-unavailable' ? 0 : refused.size);
      expect((await submit(before.key)).status).toBe(200);
      for (const key of refused) expect((await submit(key)).status).toBeLessThan(300);
    });
  });
}
