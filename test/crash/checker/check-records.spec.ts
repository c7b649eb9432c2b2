import { describe, expect, it } from '@jest/globals';
import { withCall } from './changed-records.js';
import { checkRecords } from './check-records.js';
import { IDS, NOON, sampleRecords } from './sample-records.js';

describe('The checker', () => {
  it('finds nothing where nothing is wrong', async () => {
    expect(checkRecords(await sampleRecords())).toEqual([]);
  });

  it('names the events and calls, and the round, that a violation was seen from', async () => {
    const change = withCall(IDS.executed, { at: NOON });
    const [violation] = checkRecords(change(await sampleRecords()));
    expect(violation?.text).toContain(IDS.executed);
    expect(JSON.stringify(violation?.evidence)).toContain('ExecutionStarted');
    expect(violation?.rounds).toEqual([0]);
  });
});
