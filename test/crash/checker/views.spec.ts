import { describe } from '@jest/globals';
import type { ViewRows } from '../../support/views/view-bench.js';
import type { Records, ShownViews } from '../records.js';
import { findsEach, type Case } from './finds-each.js';
import { IDS, traceAt } from './sample-records.js';

/** As they are shown in the records that nothing is wrong with. */
const shownIn = ({ views }: Records): ShownViews => {
  if ('refused' in views) throw new Error(views.refused);
  return views;
};

const CASES: readonly Case[] = [
  [
    'view-differs',
    'a view does not answer',
    (records) => ({ ...records, views: { refused: 'GET /v1/requests was answered 503' } }),
  ],
  [
    'view-differs',
    'the list lacks a request',
    (records) => ({
      ...records,
      views: { ...shownIn(records), traces: shownIn(records).traces.slice(1) },
    }),
  ],
  [
    'view-differs',
    'the list has a request twice',
    (records) => {
      const [first, ...others] = shownIn(records).traces;
      return { ...records, views: { ...shownIn(records), traces: [first!, first!, ...others] } };
    },
  ],
  [
    'view-differs',
    'a trace is behind',
    (records) => {
      const single = [traceAt(records.log, IDS.executed, 1)];
      return { ...records, views: { ...shownIn(records), single } };
    },
  ],
  [
    'view-differs',
    'the report counts one request twice',
    (records) => {
      const report = { ...shownIn(records).report, total: 5 };
      return { ...records, views: { ...shownIn(records), report } };
    },
  ],
  [
    'view-differs',
    'a rebuild gives other rows',
    (records) => {
      const rebuiltRows = { ...shownIn(records).rows, broken: [{}] } as unknown as ViewRows;
      return { ...records, views: { ...shownIn(records), rebuiltRows } };
    },
  ],
  [
    'view-differs',
    'the queue lacks what waits',
    (records) => {
      const waiting = [{ approver: 'grace', items: [] }] as const;
      return { ...records, views: { ...shownIn(records), waiting } };
    },
  ],
];

describe('The checker, where a view shows something else than the log', () => {
  findsEach(CASES);
});
