import { beforeAll, expect, it } from '@jest/globals';
import type { Records } from '../records.js';
import type { Change } from './changed-records.js';
import { checkRecords } from './check-records.js';
import { sampleRecords } from './sample-records.js';
import type { Rule } from './violation.js';

/** The rule that is broken, when that is so, and the change that breaks it. */
export type Case = readonly [Rule, string, Change];

/** The checker finds each of these changes. */
export function findsEach(cases: readonly Case[]): void {
  let faultless: Records;

  beforeAll(async () => {
    faultless = await sampleRecords();
  });

  it.each(cases)('finds %s when %s', (rule, _, change) => {
    expect(checkRecords(change(faultless)).map((violation) => violation.rule)).toContain(rule);
  });
}
