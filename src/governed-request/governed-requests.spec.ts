import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { asking, decision, NOON, submitted } from '../../test/support/governed/commands.js';
import { testPolicy } from '../../test/support/governed/test-policy.js';
import { passingOn } from '../../test/support/passing-on.js';
import type { EventStore, StoredEvent } from '../event-store/event-store.js';
import { createInMemoryEventStore } from '../event-store/in-memory/in-memory-event-store.js';
import { serviceActing } from './acting.js';
import { rejectRequest } from './decide-approval/reject-request.js';
import { GovernedRequests, unwritten } from './governed-requests.js';
import { submitRequest } from './submit-request/submit-request.js';
import type { GovernedRequest } from './governed-request.js';

const waiting = asking('an amber request');
const submit = (request: GovernedRequest) => submitRequest(request, waiting, testPolicy(), NOON);
const reject = (request: GovernedRequest) =>
  rejectRequest(request, decision(submitted(waiting), { comment: 'Not now.' }), testPolicy());

describe('A request that another replica has just written to', () => {
  it('is decided anew on what that one wrote', async () => {
    const { here, there, id } = replicas(createInMemoryEventStore());
    await there.handle(id, serviceActing(id), submit);
    const again = await here.handle(id, serviceActing(id), submit, unwritten(id));
    expect([again.request.status, again.position]).toEqual(['awaiting-approval', null]);
  });

  it('is so too where the store refuses for events that it shows only later', async () => {
    const store = showingLate(createInMemoryEventStore(), 300);
    const { here, there, id } = replicas(store);
    await there.handle(id, serviceActing(id), submit);
    const again = await here.handle(id, serviceActing(id), submit, unwritten(id));
    expect([again.version, again.position]).toEqual([2, null]);
    const rejected = await there.handle(id, serviceActing(id), reject);
    await expect(here.handle(id, serviceActing(id), reject, again)).rejects.toMatchObject({
      code: 'not-awaiting-approval',
    });
    expect((await store.readStream(rejected.written[0]?.stream ?? '')).length).toBe(5);
  });
});

function replicas(store: EventStore) {
  const now = () => NOON;
  return {
    here: new GovernedRequests(store, now),
    there: new GovernedRequests(store, now),
    id: randomUUID(),
  };
}

/** Appends as usual, and shows what was appended so many milliseconds later. */
function showingLate(store: EventStore, milliseconds: number): EventStore {
  const shownFrom = new Map<string, number>();
  const isShown = ({ id }: StoredEvent) => (shownFrom.get(id) ?? 0) <= performance.now();
  return {
    ...passingOn(store),
    append(stream, version, events) {
      const from = performance.now() + milliseconds;
      for (const { id } of events) if (!shownFrom.has(id)) shownFrom.set(id, from);
      return store.append(stream, version, events);
    },
    readStream: async (stream) => (await store.readStream(stream)).filter(isShown),
  };
}
