import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runFuzz } from './run-fuzz.js';
import { startTarget, type Target } from './target.js';

const requests = 1_500;
/** A run of another seed every day finds more than the same one every time, and can still be repeated. */
const seed = Math.floor(Date.now() / 86_400_000);

/** `npm run test:fuzz` sends many more, and holds connections as well. */
describe('A service that strangers can reach', () => {
  let target: Target;

  beforeAll(async () => {
    target = await startTarget();
  }, 60_000);
  afterAll(() => target.remove());

  it(`holds against ${requests} strange requests (seed ${seed})`, async () => {
    const options = { requests, seed, patient: false, progress: () => undefined };
    const { faults, tally } = await runFuzz(target, options);
    expect(faults.join('\n')).toBe('');
    expect(tally.sent).toBe(requests);
  }, 120_000);
});
