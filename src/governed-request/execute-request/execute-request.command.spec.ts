import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DEADLINE, NOON, submission } from '../../../test/support/governed/commands.js';
import { testPolicy } from '../../../test/support/governed/test-policy.js';
import type { EventStore } from '../../event-store/event-store.js';
import { createInMemoryEventStore } from '../../event-store/in-memory/in-memory-event-store.js';
import type { AgentGateway } from '../../openclaw/agent-gateway.js';
import { createFakeGateway } from '../../openclaw/fake/fake-gateway.js';
import { createLogger } from '../../runtime/logger.js';
import { serviceActing } from '../acting.js';
import { decode, streamOf } from '../governed-request.codec.js';
import { GovernedRequests, unwritten } from '../governed-requests.js';
import { submitRequest } from '../submit-request/submit-request.js';
import { ExecuteRequest, ExecuteRequestHandler } from './execute-request.command.js';

describe('an execution whose process is held up behind the start', () => {
  it('still goes to the agent before its deadline', async () => {
    expect(await executionHeldUp(DEADLINE - 1)).toEqual({
      calls: 1,
      last: { type: 'Executed' },
      within: 1,
    });
  });

  it('gets no more than its time when the clock is put back meanwhile', async () => {
    expect(await executionHeldUp(-5 * 3_600_000)).toMatchObject({ calls: 1, within: DEADLINE });
  });

  it('does not go to the agent any more at its deadline, and has certainly not run', async () => {
    expect(await executionHeldUp(DEADLINE)).toMatchObject({
      calls: 0,
      last: { type: 'ExecutionFailed', code: 'deadline-passed' },
    });
  });
});

/** Executes a green request on a store that takes so many milliseconds to acknowledge the start. */
async function executionHeldUp(milliseconds: number) {
  let now = NOON;
  const clock = { now: () => now };
  const store = acknowledgingLate(createInMemoryEventStore(), 'ExecutionStarted', () => {
    now = new Date(now.getTime() + milliseconds);
  });
  const requests = new GovernedRequests(store, clock.now);
  const fake = createFakeGateway();
  let within = 0;
  const gateway: AgentGateway = {
    ...fake,
    run(call, deadline, signal) {
      within = deadline;
      return fake.run(call, deadline, signal);
    },
  };
  const settings = {
    deadline: DEADLINE,
    maxExecutions: 1,
    maxExecutionsPerAgent: 1,
    maxExecutionsPerRequester: 1,
  };
  const log = createLogger('silent');
  const handler = new ExecuteRequestHandler(requests, gateway, settings, clock, log);

  const id = randomUUID();
  const submit = (request: Parameters<typeof submitRequest>[0]) =>
    submitRequest(request, submission(), testPolicy(), now);
  const submitted = await requests.handle(id, serviceActing(id), submit, unwritten(id));
  await handler.execute(new ExecuteRequest(submitted, new AbortController().signal));

  const last = (await store.readStream(streamOf(id))).map(decode).at(-1);
  const code = last?.type === 'ExecutionFailed' ? { code: last.data.code } : {};
  return { calls: fake.calls.length, last: { type: last?.type, ...code }, within };
}

function acknowledgingLate(store: EventStore, type: string, holdUp: () => void): EventStore {
  return {
    async append(stream, version, events) {
      const appended = await store.append(stream, version, events);
      if (events.some((event) => event.type === type)) holdUp();
      return appended;
    },
    readStream: (stream) => store.readStream(stream),
    readStreamPage: (...args) => store.readStreamPage(...args),
    readAll: (after, limit) => store.readAll(after, limit),
    subscribe: (after, signal) => store.subscribe(after, signal),
    head: () => store.head(),
    close: () => store.close(),
  };
}
