import { expect } from '@jest/globals';
import { problemDetails } from '../../../src/http/problem.js';
import type { Answer } from './http-client.js';
import type { TestDocket } from './test-docket.js';

/** The call was refused with this problem, which names these fields, and nothing was recorded or sent. */
export type RefusalExpectation = (
  answer: Answer,
  status: number,
  code: string,
  fields: readonly string[],
) => Promise<void>;

/** Takes the log as it is now for what must not change. */
export async function refusalExpectation(docket: TestDocket): Promise<RefusalExpectation> {
  const log = await docket.log();
  const calls = [...docket.gateway.calls];
  return async (answer, status, code, fields) => {
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    const problem = problemDetails.parse(answer.json());
    expect({ http: answer.status, ...problem }).toMatchObject({
      http: status,
      status,
      code,
      type: `urn:docket:problem:${code}`,
    });
    expect(problem.detail).not.toBe('');
    expect(problem.errors.map(({ path }) => path)).toEqual(fields);
    expect(answer.text).not.toMatch(/ {4}at |node_modules|\.[jt]s\b|SQLITE|Zod/);
    expect(await docket.log()).toEqual(log);
    expect(docket.gateway.calls).toEqual(calls);
  };
}
