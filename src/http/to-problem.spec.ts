import { describe, expect, it } from '@jest/globals';
import { HttpException } from '@nestjs/common';
import { EventStoreError, VersionConflict } from '../event-store/event-store.errors.js';
import { Saturated } from '../governed-request/execute-request/saturated.js';
import { Refused } from '../governed-request/refused.js';
import { UnknownAgent } from '../governed-request/submit-request/unknown-agent.js';
import { ViewBehind, ViewError } from '../views/view-error.js';
import { PROBLEMS } from './problem-codes.js';
import { Problem, problemDetails } from './problem.js';
import { toProblem } from './to-problem.js';

const fastifyError = (code: string, statusCode: number) =>
  Object.assign(new Error('words of Fastify'), { code, statusCode });

const wrapped = (code: string, status: number) =>
  new HttpException('words of Nest', status, { cause: fastifyError(code, status) });

describe('What was thrown', () => {
  it.each<[string, unknown, number, string]>([
    ['a rule of the domain', new Refused('self-approval', 'No.'), 403, 'self-approval'],
    ['a wrong cursor', new ViewError('invalid-cursor', 'No.'), 400, 'invalid-cursor'],
    ['a view that lags', new ViewBehind('request-trace', '1', '2'), 503, 'view-behind'],
    ['a full queue', new Saturated(64, 7), 503, 'saturated'],
    ['an unknown agent', new UnknownAgent('x'), 400, 'unknown-agent'],
    ['a store that is away', new EventStoreError('unavailable', 'x'), 503, 'store-unavailable'],
    [
      'a store that may have written',
      new EventStoreError('outcome-unknown', 'x'),
      503,
      'store-outcome-unknown',
    ],
    [
      'a race that was lost too often',
      new VersionConflict('s', 1, 2),
      409,
      'store-version-conflict',
    ],
    ['a body too large', wrapped('FST_ERR_CTP_BODY_TOO_LARGE', 413), 413, 'body-too-large'],
    [
      'another media type',
      wrapped('FST_ERR_CTP_INVALID_MEDIA_TYPE', 415),
      415,
      'unsupported-media-type',
    ],
    [
      'the same before any route',
      fastifyError('FST_ERR_CTP_INVALID_MEDIA_TYPE', 415),
      415,
      'unsupported-media-type',
    ],
    [
      'an address that cannot be decoded',
      fastifyError('FST_ERR_BAD_URL', 400),
      400,
      'invalid-request',
    ],
    ['a 4xx nobody knows', fastifyError('FST_ERR_WHATEVER', 418), 400, 'malformed-body'],
    ['an error', new TypeError('secret words'), 500, 'internal-error'],
    ['no error at all', 'secret words', 500, 'internal-error'],
    ['nothing', undefined, 500, 'internal-error'],
  ])('as %s becomes its problem', (_, thrown, status, code) => {
    const problem = toProblem(thrown);
    expect([problem.status, problem.code]).toEqual([status, code]);
    expect(problemDetails.parse(problem.details)).toMatchObject({ status, code });
    expect(JSON.stringify(problem.details)).not.toMatch(/secret|Fastify|Nest/);
  });

  it('as a problem stays what it is', () => {
    const problem = new Problem('forbidden', 'No.');
    expect(toProblem(problem)).toBe(problem);
  });

  it.each([
    new ViewBehind('request-trace', null, '2'),
    new Saturated(64, 7),
    new EventStoreError('unavailable', 'x'),
    new EventStoreError('closed', 'x'),
  ])('says when to come again (%s)', (thrown) => {
    expect(toProblem(thrown).headers['retry-after']).toMatch(/^[1-9]\d*$/);
  });

  it('has a status that is an error for every code', () => {
    for (const [status, title] of Object.values(PROBLEMS)) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(600);
      expect(title).toMatch(/^[A-Z][^.]+$/);
    }
  });
});
