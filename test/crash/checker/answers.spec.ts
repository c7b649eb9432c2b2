import { describe } from '@jest/globals';
import type { Exchange } from '../records.js';
import { followedBy, log, told, without } from './changed-records.js';
import { findsEach, type Case } from './finds-each.js';
import { exchange, IDS, traceAt } from './sample-records.js';

const resolution = {
  by: 'grace',
  outcome: 'did-run',
  comment: 'It did.',
  at: '2026-11-22T12:01:30.000Z',
};

const read = (id: string, minPosition: string | null = null) =>
  ({ kind: 'read', id, minPosition }) as const;

const problem = (code: string) => ({ code });

const CASES: readonly Case[] = [
  [
    'told-without-events',
    'a version was told that the stream never had',
    told(({ log: events }) => {
      const trace = traceAt(events, IDS.waiting);
      return exchange('ada', read(IDS.waiting), 200, { ...trace, version: 3, position: '99' });
    }),
  ],
  [
    'told-without-events',
    'a status was told that the events do not have',
    told(({ log: events }) => {
      const trace = traceAt(events, IDS.waiting);
      return exchange('ada', read(IDS.waiting), 200, { ...trace, status: 'approved' });
    }),
  ],
  [
    'told-without-events',
    'a turn was told of what waits for people',
    told(({ log: events }) => {
      const trace = { ...traceAt(events, IDS.waiting), queued: { place: 1 } };
      return exchange('ada', read(IDS.waiting), 200, trace);
    }),
  ],
  [
    'told-without-events',
    'a position was told at which something else stands',
    told(({ log: events }) => {
      const trace = traceAt(events, IDS.waiting);
      return exchange('ada', read(IDS.waiting), 200, { ...trace, position: '1' });
    }),
  ],
  ['told-without-events', 'a decision was told and is lost', without('Approved', IDS.approved)],
  [
    'told-without-events',
    'an answer began that has nothing behind it',
    told(({ exchanges }) => ({
      ...exchanges[0]!,
      answer: { status: 201, location: '/v1/requests/gone', body: undefined },
    })),
  ],
  [
    'told-something-else',
    'one request was asked for and another one told',
    told(({ log: events }) =>
      exchange('ada', read(IDS.waiting), 200, traceAt(events, IDS.executed)),
    ),
  ],
  [
    'told-something-else',
    'an approval was acknowledged that is not in the trace',
    told(({ log: events }) => {
      const { id, contentDigest } = traceAt(events, IDS.waiting);
      const ask = { kind: 'decide', id, decision: 'approve', contentDigest } as const;
      return exchange('linus', ask, 200, traceAt(events, IDS.waiting));
    }),
  ],
  [
    'told-something-else',
    'less was read than had been told',
    told(({ log: events }) =>
      exchange('ada', read(IDS.waiting, '99'), 200, traceAt(events, IDS.waiting)),
    ),
  ],
  [
    'refused-without-reason',
    'something went wrong inside',
    told(() => exchange('ada', read(IDS.waiting), 500, problem('internal-error'))),
  ],
  [
    'refused-without-reason',
    'a request that was told is not found by its position',
    told(() => exchange('ada', read(IDS.waiting, '3'), 404, problem('request-not-found'))),
  ],
  [
    'refused-without-reason',
    'a position that was told is none any more',
    told(() =>
      exchange('audrey', { kind: 'follow', after: '3' }, 400, problem('invalid-position')),
    ),
  ],
  [
    'refused-without-reason',
    'an approval is refused for a request that waits',
    told(({ log: events }) => {
      const { id, contentDigest } = traceAt(events, IDS.waiting);
      const ask = { kind: 'decide', id, decision: 'approve', contentDigest } as const;
      return exchange('linus', ask, 409, problem('not-awaiting-approval'));
    }),
  ],
  [
    'refused-without-reason',
    'a key is taken for another request',
    told(({ exchanges }) => {
      const [first] = exchanges as [Exchange & { ask: { kind: 'submit' } }];
      return { ...first, ask: { ...first.ask, reusesKey: true } };
    }),
  ],
  [
    'several-requests',
    'one key was told two ids',
    told(({ exchanges }) => ({
      ...exchanges[0]!,
      answer: { status: 201, location: `/v1/requests/${IDS.waiting}`, body: undefined },
    })),
  ],
  [
    'several-requests',
    'one story has two streams',
    log((event) => {
      const data = event.data.replace('[story waiting]', '[story executed]');
      return { ...event, data };
    }),
  ],
  [
    'nobody-asked',
    'nobody submitted it',
    (records) => ({ ...records, exchanges: records.exchanges.slice(1) }),
  ],
  [
    'nobody-asked',
    'nobody approved it',
    (records) => ({
      ...records,
      exchanges: records.exchanges.filter(({ ask }) => ask.kind !== 'decide'),
    }),
  ],
  [
    'nobody-asked',
    'nobody resolved the outcome',
    followedBy(IDS.abandoned, 'OutcomeResolved', resolution),
  ],
  [
    'told-something-else',
    'a resolution was acknowledged that is not in the trace',
    told(({ log: events }) => {
      const ask = { kind: 'resolve', id: IDS.abandoned, outcome: 'did-run' } as const;
      return exchange('grace', ask, 200, traceAt(events, IDS.abandoned));
    }),
  ],
];

describe('The checker, where what was told, or asked, is not what is stored', () => {
  findsEach(CASES);
});
