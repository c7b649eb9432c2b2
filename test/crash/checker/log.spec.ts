import { describe } from '@jest/globals';
import { withData, without } from './changed-records.js';
import { findsEach, type Case } from './finds-each.js';
import { IDS } from './sample-records.js';

const CASES: readonly Case[] = [
  [
    'log-gap',
    'a reader was led past an event',
    (records) => ({ ...records, seen: records.seen.toSpliced(3, 1) }),
  ],
  [
    'log-gap',
    'a stream brought an event twice',
    (records) => ({ ...records, seen: [...records.seen, ...records.seen.slice(-1)] }),
  ],
  [
    'log-gap',
    'events changed places',
    (records) => {
      const [first, second, ...others] = records.log;
      return { ...records, log: [second!, first!, ...others] };
    },
  ],
  [
    'log-gap',
    'a position is left out, though nothing was read from there',
    (records) => {
      const last = { ...records.log.at(-1)!, position: 99n };
      return { ...records, seen: [], log: [...records.log.slice(0, -1), last] };
    },
  ],
  [
    'log-gap',
    'a version is left out',
    (records) => {
      const last = records.log.at(-1)!;
      const changed = { ...last, version: last.version + 1 };
      return { ...records, log: [...records.log.slice(0, -1), changed] };
    },
  ],
  [
    'log-gap',
    'two events have one id',
    (records) => {
      const changed = { ...records.log.at(-1)!, id: records.log[0]!.id };
      return { ...records, log: [...records.log.slice(0, -1), changed] };
    },
  ],
  [
    'log-gap',
    'a position is missing',
    (records) => ({ ...records, log: records.log.slice(0, -3).concat(records.log.slice(-2)) }),
  ],
  [
    'log-gap',
    'an event is there twice',
    (records) => ({ ...records, log: [...records.log, { ...records.log[0]!, position: 99n }] }),
  ],
  ['log-changed', 'an event that was read is gone', without('Executed', IDS.executed)],
  [
    'log-changed',
    'an event that was read is another one',
    withData('Submitted', IDS.waiting, { onBehalfOf: 'employee-002' }),
  ],
];

describe('The checker, where the log is not whole, or not what it was', () => {
  findsEach(CASES);
});
