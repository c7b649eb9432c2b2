import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { arbitraryHistory } from '../../../test/support/views/arbitrary-history.js';
import { onEachDatabase } from '../../../test/support/views/on-each-database.js';
import * as sample from '../../../test/support/views/sample-events.js';
import {
  append,
  record,
  recorded,
  type ViewBench,
} from '../../../test/support/views/view-bench.js';
import type {
  EventData,
  GovernedRequestEvent,
} from '../../governed-request/governed-request.events.js';
import { traceOf } from '../request-trace/evolve-trace.js';
import { ApprovalQueueQuery } from './approval-queue.query.js';
import type { Approver } from './waiting-item.js';

const { submitted, classified, requested, granted } = sample;
const person = (approver: string, groups: readonly string[] = []): Approver => ({
  approver,
  kind: 'human',
  groups,
  now: new Date(at(0)),
});
const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

onEachDatabase('The approval queue', ({ open, runs }) => {
  let bench: ViewBench;
  let queue: ApprovalQueueQuery;

  beforeEach(async () => {
    bench = await open();
    queue = new ApprovalQueueQuery(bench.database);
    bench.projector.start();
  });
  afterEach(() => bench.close());

  const submit = async (...events: GovernedRequestEvent[]): Promise<string> => {
    const id = randomUUID();
    await append(bench.store, id, ...events);
    await bench.caughtUp();
    return id;
  };
  const waiting = (
    asked: Partial<EventData<'Submitted'>> = {},
    terms: Partial<EventData<'ApprovalRequested'>> = {},
  ) => submit(submitted(asked), classified(), requested(terms));
  const shown = async (approver?: Approver): Promise<readonly string[]> =>
    (await queue.list({ limit: 50, approver })).items.map(({ id }) => id);

  const due = (second: number, limit = 10) => queue.due(new Date(at(second)), limit);

  it('shows everything that an approver needs to decide', async () => {
    const terms = requested({ quorum: 2, eligible: ['finance'] });
    const id = await submit(
      submitted({ onBehalfOf: 'linus' }),
      classified(),
      terms,
      granted('mia'),
    );
    expect(await queue.list({ limit: 1 })).toEqual({
      items: [
        {
          id,
          requester: 'ada',
          onBehalfOf: 'linus',
          agent: 'main',
          requestedAt: at(0),
          expiresAt: '2026-01-02T00:00:00.000Z',
          quorum: 2,
          eligible: ['finance'],
          atLeast: [],
          human: false,
          escalation: null,
          missing: { approvals: 1, atLeast: [] },
          granted: ['mia'],
          stoodInFor: [],
          risk: 'amber',
          category: 'external-communication',
          reason: 'Matched "finance".',
          findings: [{ rule: 'mail', start: 0, end: 7, text: 'finance' }],
          content: { kind: 'chat', request: 'Summarise the internal AI policy' },
          contentDigest: sample.DIGEST,
        },
      ],
      nextCursor: null,
      position: (await bench.store.head())!.toString(),
    });
  });

  it('shows to a stand-in what waits for those whom they stand in for, and nothing of theirs', async () => {
    const eligible = { quorum: 2, eligible: ['finance'] };
    const free = await waiting({}, eligible);
    const ofNoa = await waiting({ onBehalfOf: 'noa' }, eligible);
    const heard = await submit(
      submitted(),
      classified(),
      requested(eligible),
      granted('mia', [], 'noa'),
    );
    const delegated = [{ standsInFor: 'noa', groups: ['finance'] }];
    expect(await shown({ ...person('stan'), delegated })).toEqual([free]);
    expect(await shown(person('stan'))).toEqual([]);
    expect(await shown(person('noa', ['finance']))).toEqual([free]);
    expect((await shown(person('zoe', ['finance']))).toSorted()).toEqual(
      [free, ofNoa, heard].toSorted(),
    );
  });

  it('is the requests whose traces wait, whatever happened', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryHistory(), async (history) => {
        const other = await open();
        await record(other.store, history);
        other.projector.start();
        await other.caughtUp();
        const events = await recorded(other.store);
        const naive = history.requests
          .filter(({ id }) => {
            const trace = traceOf(events.filter(({ requestId }) => requestId === id));
            return trace?.status === 'awaiting-approval';
          })
          .map(({ id }) => id);
        const { items } = await new ApprovalQueueQuery(other.database).list({ limit: 100 });
        expect(items.map(({ id }) => id).toSorted()).toEqual(naive.toSorted());
        await other.close();
      }),
      { numRuns: runs(20) },
    );
  });

  it('shows the oldest first, page by page', async () => {
    const ids = [];
    for (const second of [3, 1, 2]) ids.push(await waiting({}, { requestedAt: at(second) }));
    const first = await queue.list({ limit: 2 });
    const second = await queue.list({ limit: 2, cursor: first.nextCursor! });
    expect([first, second].map(({ items }) => items.map(({ id }) => id))).toEqual([
      [ids[1], ids[2]],
      [ids[0]],
    ]);
    expect(second.nextCursor).toBeNull();
  });

  it('finds what an approver may decide behind many that they may not', async () => {
    const many: GovernedRequestEvent[] = [
      submitted({ requester: 'mia' }),
      classified(),
      requested(),
    ];
    for (let count = 0; count < 250; count += 1) await append(bench.store, randomUUID(), ...many);
    const own = await waiting({}, { requestedAt: at(5) });
    expect(await shown(person('mia'))).toEqual([own]);
  });

  it('hides from approvers their own requests, those on their behalf, and those they approved', async () => {
    const ofMia = await waiting({ requester: 'mia' }, { requestedAt: at(1) });
    const forMia = await waiting({ onBehalfOf: 'mia' }, { requestedAt: at(2) });
    const half = await waiting({}, { quorum: 2, requestedAt: at(3) });
    await append(bench.store, half, granted('mia'));
    await bench.caughtUp();
    expect(await shown(person('mia'))).toEqual([]);
    expect(await shown(person('noah'))).toEqual([ofMia, forMia, half]);
    expect(await shown()).toEqual([ofMia, forMia, half]);
  });

  it('shows to groups what they are eligible for', async () => {
    const id = await waiting({}, { eligible: ['finance', 'legal'] });
    expect(await shown(person('noah', ['legal']))).toEqual([id]);
    expect(await shown(person('noah', ['sales']))).toEqual([]);
  });

  it('forgets approvals of content that was amended', async () => {
    const id = await waiting({}, { quorum: 2 });
    await append(
      bench.store,
      id,
      granted('mia'),
      sample.amended('noah'),
      classified(),
      requested(),
    );
    await bench.caughtUp();
    const { items } = await queue.list({ limit: 1, approver: person('mia') });
    expect(items).toMatchObject([{ id, granted: [], contentDigest: sample.AMENDED_DIGEST }]);
  });

  it.each([
    ['cut into batches anyhow', 1],
    ['at once', 4],
  ])('keeps what was amended to something that alone would need nobody, %s', async (_, size) => {
    const id = await waiting();
    const green = classified({ risk: 'green', requiresApproval: false });
    const events = [sample.amended('noah'), green, requested(), granted('noah')];
    for (let from = 0; from < events.length; from += size) {
      await append(bench.store, id, ...events.slice(from, from + size));
      await bench.caughtUp();
    }
    const { items } = await queue.list({ limit: 2 });
    expect(items).toMatchObject([{ id, risk: 'green', granted: ['noah'] }]);
  });

  it('finds what nobody decided in time, the longest overdue first', async () => {
    const [late, latest, onTime] = [
      await waiting({}, { expiresAt: at(20) }),
      await waiting({}, { expiresAt: at(10) }),
      await waiting({}, { expiresAt: at(30) }),
    ];
    const decided = await waiting({}, { expiresAt: at(5) });
    await append(bench.store, decided, granted('mia'), sample.approved('mia'));
    const amended = await waiting({}, { expiresAt: at(5) });
    await append(bench.store, amended, sample.amended('noah'), classified());
    await bench.caughtUp();
    const expire = (...ids: string[]) => ids.map((id) => ({ id, steps: ['expire'] }));
    expect(await due(9)).toEqual([]);
    expect(await due(20)).toEqual(expire(latest, late));
    expect(await due(20, 1)).toEqual(expire(latest));
    expect(await due(30)).toEqual(expire(latest, late, onTime));
  });

  it('finds what approvers are to be reminded of or is to be escalated, each until that is recorded', async () => {
    const reminders = [at(10), at(30)];
    const escalation = { at: at(20), to: ['board'] };
    const id = await waiting({}, { reminders, escalation, expiresAt: at(40) });
    expect(await due(9)).toEqual([]);
    expect(await due(10)).toEqual([{ id, steps: ['remind'] }]);
    expect(await due(20)).toEqual([{ id, steps: ['escalate', 'remind'] }]);
    expect(await due(40)).toEqual([{ id, steps: ['expire'] }]);
    await append(bench.store, id, sample.reminded(1));
    await bench.caughtUp();
    expect(await due(20)).toEqual([{ id, steps: ['escalate'] }]);
    await append(bench.store, id, sample.escalated(['board']));
    await bench.caughtUp();
    expect(await due(20)).toEqual([]);
    expect(await due(30)).toEqual([{ id, steps: ['remind'] }]);
    await append(bench.store, id, sample.reminded(2));
    await bench.caughtUp();
    expect(await due(39)).toEqual([]);
  });

  it('shows to more groups what was escalated to them, and not before', async () => {
    const escalation = { at: at(20), to: ['board'] };
    const id = await waiting({}, { eligible: ['finance'], escalation });
    const board = { ...person('noah', ['board']), now: new Date(at(30)) };
    expect(await shown(board)).toEqual([]);
    await append(bench.store, id, sample.escalated(['board']));
    await bench.caughtUp();
    expect(await shown(board)).toEqual([id]);
    expect(await shown(person('mia', ['finance']))).toEqual([id]);
  });

  it('hides from machines what a person has to decide, and from everybody what expired', async () => {
    const id = await waiting({}, { human: true, expiresAt: at(10) });
    const machine = { ...person('bot'), kind: 'machine' } as const;
    expect(await shown(machine)).toEqual([]);
    expect(await shown(person('noah'))).toEqual([id]);
    expect(await shown({ ...person('noah'), now: new Date(at(10)) })).toEqual([]);
    expect(await shown()).toEqual([id]);
  });

  it('says what is missing until it may run', async () => {
    const atLeast = [{ group: 'finance', count: 1 }];
    const id = await waiting({}, { quorum: 2, atLeast });
    await append(bench.store, id, granted('mia'), granted('noah', ['sales']));
    await bench.caughtUp();
    const [item] = (await queue.list({ limit: 1 })).items;
    expect(item).toMatchObject({ id, missing: { approvals: 1, atLeast } });
  });

  it('lets go of what is decided, expired or withdrawn', async () => {
    const ids = [await waiting(), await waiting(), await waiting()];
    await append(bench.store, ids[0]!, granted('mia'), sample.approved('mia'));
    await append(bench.store, ids[1]!, sample.expired(), sample.blocked('expired'));
    await append(bench.store, ids[2]!, sample.refused('mia'), sample.blocked('refused'));
    await bench.caughtUp();
    expect(await shown()).toEqual([]);
  });
});
