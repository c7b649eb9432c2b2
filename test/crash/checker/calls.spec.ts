import { describe } from '@jest/globals';
import { log, withCall, withData, without } from './changed-records.js';
import { findsEach, type Case } from './finds-each.js';
import { IDS, NOON } from './sample-records.js';

const CASES: readonly Case[] = [
  [
    'not-allowed',
    'the agent was called for a request that waits',
    (records) => {
      const [call] = records.calls;
      return { ...records, calls: [...records.calls, { ...call!, requestId: IDS.waiting }] };
    },
  ],
  [
    'not-allowed',
    'the call came before its execution was recorded',
    withCall(IDS.executed, { at: NOON }),
  ],
  [
    'not-allowed',
    'the call is about other content',
    withCall(IDS.executed, { content: { kind: 'chat' } }),
  ],
  ['not-allowed', 'the approval is not there', without('Approved', IDS.approved)],
  [
    'not-allowed',
    'it was approved for other content',
    withData('Approved', IDS.approved, { contentDigest: 'f'.repeat(64) }),
  ],
  [
    'called-twice',
    'the agent was called again',
    (records) => ({ ...records, calls: [...records.calls, ...records.calls.slice(-1)] }),
  ],
  ['wrong-outcome', 'another answer was recorded', withCall(IDS.executed, { response: 'No.' })],
  [
    'wrong-outcome',
    'an answer was recorded for a call that hung',
    withCall(IDS.executed, { plan: 'hang' }),
  ],
  [
    'wrong-outcome',
    'an answer was recorded that nobody gave',
    (records) => ({ ...records, calls: records.calls.slice(1) }),
  ],
  [
    'wrong-outcome',
    'a failure was recorded of a call that the gateway carried out',
    log((event) => {
      if (event.type !== 'Executed' || !event.stream.endsWith(IDS.executed)) return event;
      const { finishedAt } = JSON.parse(event.data) as { readonly finishedAt: string };
      const data = JSON.stringify({ code: 'call-invalid', message: 'No.', finishedAt });
      return { ...event, type: 'ExecutionFailed', data };
    }),
  ],
  [
    'wrong-outcome',
    'it was given up while its process still ran',
    (records) => ({ ...records, lives: [{ round: 0, from: NOON, to: records.endedAt }] }),
  ],
  [
    'wrong-outcome',
    'it was given up before its deadline',
    withData('ExecutionStarted', IDS.abandoned, { deadline: '2026-11-23T00:00:00.000Z' }),
  ],
  [
    'wrong-outcome',
    'it is unknown although the gateway told',
    log((event) => {
      if (event.type === 'ExecutionStarted' && event.stream.endsWith(IDS.abandoned)) {
        const data = { ...JSON.parse(event.data), deadline: '2026-11-22T13:00:00.000Z' };
        return { ...event, data: JSON.stringify(data) };
      }
      return { ...event, data: event.data.replace('execution-abandoned', 'gateway-disconnected') };
    }),
  ],
  [
    'called-twice',
    'an unknown outcome was called again',
    (records) => {
      const call = records.calls.find(({ requestId }) => requestId === IDS.abandoned)!;
      return { ...records, calls: [...records.calls, { ...call, round: 1 }] };
    },
  ],
];

describe('The checker, where the gateway’s record is not what was allowed or recorded', () => {
  findsEach(CASES);
});
