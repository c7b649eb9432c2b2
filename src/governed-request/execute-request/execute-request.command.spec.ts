import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DEADLINE, NOON, submission } from '../../../test/support/governed/commands.js';
import { until } from '../../../test/support/docket/until.js';
import { testPolicy } from '../../../test/support/governed/test-policy.js';
import { passingOn } from '../../../test/support/passing-on.js';
import { refusingStore } from '../../../test/support/refusing-store.js';
import type { EventStore } from '../../event-store/event-store.js';
import { createInMemoryEventStore } from '../../event-store/in-memory/in-memory-event-store.js';
import type { AgentGateway } from '../../openclaw/agent-gateway.js';
import { createFakeGateway } from '../../openclaw/fake/fake-gateway.js';
import type { Clock } from '../../runtime/clock.js';
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

describe('an execution whose store is away when the answer comes', () => {
  it.each(['unavailable', 'outcome-unknown'] as const)(
    'offers the answer until it is taken, and calls nobody again: %s',
    async (code) => {
      const { store, recorded, execute } = await executionOver((one) =>
        refusingStore(one, 'Executed', 3, code),
      );
      await execute();
      expect((await recorded()).map(({ type }) => type).slice(-2)).toEqual([
        'ExecutionStarted',
        'Executed',
      ]);
      expect(store.refusals).toBe(3);
    },
  );

  it('leaves it to the sweeper when the service stops meanwhile', async () => {
    const { store, recorded, execute } = await executionOver((one) =>
      refusingStore(one, 'Executed', Infinity),
    );
    const stop = new AbortController();
    const executing = execute(stop.signal);
    await until(() => store.refusals > 1);
    stop.abort();
    await expect(executing).rejects.toMatchObject({ code: 'unavailable' });
    expect((await recorded()).at(-1)?.type).toBe('ExecutionStarted');
  });

  it('does not offer it on to a store that will not take it', async () => {
    const { store, execute } = await executionOver((one) =>
      refusingStore(one, 'Executed', Infinity, 'damaged'),
    );
    await expect(execute()).rejects.toMatchObject({ code: 'damaged' });
    expect(store.refusals).toBe(1);
  });
});

/** Executes a green request on a store that takes so many milliseconds to acknowledge the start. */
async function executionHeldUp(milliseconds: number) {
  let now = NOON;
  const clock = { now: () => now };
  const fake = createFakeGateway();
  let within = 0;
  const gateway: AgentGateway = {
    ...fake,
    run(call, deadline, signal) {
      within = deadline;
      return fake.run(call, deadline, signal);
    },
  };
  const holdUp = () => (now = new Date(now.getTime() + milliseconds));
  const { recorded, execute } = await executionOver(
    (store) => acknowledgingLate(store, 'ExecutionStarted', holdUp),
    { gateway, clock },
  );
  await execute();
  const last = (await recorded()).at(-1);
  const code = last?.type === 'ExecutionFailed' ? { code: last.data.code } : {};
  return { calls: fake.calls.length, last: { type: last?.type, ...code }, within };
}

interface Stage {
  readonly gateway: AgentGateway;
  readonly clock: Clock;
}

/** A green request that is on record in a store of which `change` makes the one that the execution is given. */
async function executionOver<S extends EventStore>(
  change: (store: EventStore) => S,
  { gateway, clock }: Stage = { gateway: createFakeGateway(), clock: { now: () => NOON } },
) {
  const store = change(createInMemoryEventStore());
  const requests = new GovernedRequests(store, () => clock.now());
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
    submitRequest(request, submission(), testPolicy(), clock.now());
  const submitted = await requests.handle(id, serviceActing(id), submit, unwritten(id));
  return {
    store,
    recorded: async () => (await store.readStream(streamOf(id))).map(decode),
    execute: (signal = new AbortController().signal) =>
      handler.execute(new ExecuteRequest(submitted, signal)),
  };
}

function acknowledgingLate(store: EventStore, type: string, holdUp: () => void): EventStore {
  return {
    ...passingOn(store),
    async append(stream, version, events) {
      const appended = await store.append(stream, version, events);
      if (events.some((event) => event.type === type)) holdUp();
      return appended;
    },
  };
}
