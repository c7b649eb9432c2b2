import { describe, expect, it } from '@jest/globals';
import { KINDS, type Kind } from '../../bench/load/kinds.js';
import { compareWithTruth, isTrue, type Told } from '../../bench/load/truth.js';
import type { Call } from '../support/docket/http-client.js';

const told = (over: Partial<Record<Kind, Told>>): Readonly<Record<Kind, Told>> => ({
  ...(Object.fromEntries(KINDS.map((kind) => [kind, { answered: 0, unknown: 0 }])) as Record<
    Kind,
    Told
  >),
  ...over,
});

/** Answers with a report of three green requests and a red one, of which so many were executed. */
const reporting =
  (executed: number): Call =>
  () => {
    const totals = { risk: { green: 3, red: 1 }, status: { executed, blocked: 1 }, category: {} };
    const report = { total: 4, totals };
    return Promise.resolve({ status: 200, headers: {}, text: '', json: () => report });
  };

const wrong = async (call: Call, calls: number, green: Told): Promise<readonly string[]> => {
  const known = told({ green, red: { answered: 1, unknown: 0 } });
  const compared = await compareWithTruth(call, { from: new Date(), told: known, calls });
  return compared.filter((each) => !isTrue(each)).map(({ what }) => what);
};

describe('What callers were told under load', () => {
  const three = { answered: 3, unknown: 0 };

  it('is so where everything ended as its colour says', async () => {
    expect(await wrong(reporting(3), 3, three)).toEqual([]);
  });

  it('is not so where an execution is missing', async () => {
    expect(await wrong(reporting(2), 2, three)).toEqual(['executed', 'calls of the gateway']);
  });

  it('is not so where the agent was called twice', async () => {
    expect(await wrong(reporting(3), 4, three)).toEqual(['calls of the gateway']);
  });

  it('may be more where a caller got no answer, and not less', async () => {
    expect(await wrong(reporting(3), 3, { answered: 2, unknown: 1 })).toEqual([]);
    expect(await wrong(reporting(3), 3, { answered: 4, unknown: 1 })).toContain('green');
  });
});
