import { describe } from '@jest/globals';
import { log, repeated, withData, without } from './changed-records.js';
import { findsEach, type Case } from './finds-each.js';
import { IDS } from './sample-records.js';

const CASES: readonly Case[] = [
  ['illegal-history', 'nothing was submitted', without('Submitted', IDS.waiting)],
  [
    'illegal-history',
    'a submission was recorded by half',
    without('ApprovalRequested', IDS.waiting),
  ],
  [
    'illegal-history',
    'it was executed and never started',
    without('ExecutionStarted', IDS.executed),
  ],
  [
    'illegal-history',
    'it was executed without an approval, and nobody saw a call',
    (records) =>
      without(
        'Approved',
        IDS.approved,
      )({ ...records, calls: records.calls.filter(({ requestId }) => requestId !== IDS.approved) }),
  ],
  [
    'illegal-history',
    'what needs approval was executed without being asked for any',
    withData('Classified', IDS.executed, { requiresApproval: true }),
  ],
  [
    'illegal-history',
    'a request that rests is started again',
    repeated('ExecutionStarted', IDS.executed),
  ],
  [
    'illegal-history',
    'an unknown outcome is started again',
    repeated('ExecutionStarted', IDS.abandoned),
  ],
  [
    'illegal-history',
    'an event cannot be read',
    log((event) => (event.type === 'Approved' ? { ...event, data: '{}' } : event)),
  ],
  [
    'illegal-history',
    'a digest is that of other content',
    withData('ExecutionStarted', IDS.executed, { contentDigest: 'f'.repeat(64) }),
  ],
  [
    'illegal-history',
    'approval was asked for other content',
    withData('ApprovalRequested', IDS.waiting, { contentDigest: 'f'.repeat(64) }),
  ],
  [
    'approval-counted-twice',
    'one approval counts as the two that are needed',
    withData('ApprovalRequested', IDS.approved, { quorum: 2 }),
  ],
  [
    'approval-counted-twice',
    'the quorum names somebody twice',
    withData('Approved', IDS.approved, { by: ['grace', 'grace'] }),
  ],
  ['never-rested', 'an execution has no outcome', without('Executed', IDS.executed)],
  [
    'never-rested',
    'an approval expired and nobody said so',
    (records) => ({ ...records, endedAt: records.endedAt + 86_400_000 }),
  ],
];

describe('The checker, where a stream is no history that the rules allow', () => {
  findsEach(CASES);
});
