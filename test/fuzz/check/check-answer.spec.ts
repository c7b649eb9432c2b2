import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { Problem } from '../../../src/http/problem.js';
import { SECURITY_HEADERS } from '../../../src/http/security-headers.js';
import type { HttpAnswer } from '../send/http-answer.js';
import { answerFaults } from './check-answer.js';

const described = {
  name: 'GET /v1/things',
  statuses: new Set([200, 403, 503]),
  bodies: new Map([[200, z.strictObject({ thing: z.string() })]]),
};
const expected = { described, whole: true, method: 'GET', secrets: ['s3cret'] };

interface Parts {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

function answer({ status = 200, body = { thing: 'a' }, headers = {} }: Parts): HttpAnswer {
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  const all = Object.entries({
    'content-type': `${type}; charset=utf-8`,
    ...SECURITY_HEADERS,
    ...headers,
  });
  const head = [`HTTP/1.1 ${status} X`, ...all.map(([name, value]) => `${name}: ${value}`)];
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, headers: all, head: head.join('\r\n'), body: text };
}

const forbidden = new Problem('forbidden', 'This needs another role.').details;
const saturated = new Problem('saturated', 'Come again.').details;
const broken = new Problem('internal-error', 'It could not answer.').details;
const RETRY = { 'retry-after': '5' };

describe('An answer', () => {
  it.each<[string, Parts]>([
    ['as it is described', {}],
    ['that is a problem of the caller', { status: 403, body: forbidden }],
    ['of a service that is busy', { status: 503, body: saturated, headers: RETRY }],
  ])('%s is right', (_, parts) => {
    expect(answerFaults(answer(parts), expected)).toEqual([]);
  });

  it.each<[string, string, Parts]>([
    ['that failed', 'failed', { status: 500, body: broken }],
    ['that is busy without saying how long', 'failed', { status: 503, body: saturated }],
    ['of another status', 'undocumented status', { status: 204, body: '' }],
    ['without details of its error', 'no problem details', { status: 403, body: 'Forbidden' }],
    [
      'with more than the details',
      'no problem details',
      { status: 403, body: { ...forbidden, a: 1 } },
    ],
    [
      'with an unknown code',
      'no problem details',
      { status: 403, body: { ...forbidden, code: 'no' } },
    ],
    [
      'with another status in it',
      'no problem details',
      { status: 403, body: { ...forbidden, status: 404 } },
    ],
    [
      'with an endless problem',
      'long problem',
      { status: 403, body: { ...forbidden, detail: 'a'.repeat(20_000) } },
    ],
    [
      'with a stack',
      'inside shown',
      { status: 403, body: { ...forbidden, detail: '    at f (/app/dist/main.js:1:2)' } },
    ],
    ['with a secret', 'secret shown', { body: { thing: 's3cret' } }],
    ['with a secret in a header', 'secret shown', { headers: { location: '/s3cret' } }],
    [
      'without a security header',
      'security header missing',
      { headers: { 'x-content-type-options': '' } },
    ],
    [
      'for other origins',
      'cross-origin access',
      { headers: { 'access-control-allow-origin': '*' } },
    ],
    ['that names its server', 'server named', { headers: { 'x-powered-by': 'Express' } }],
    ['with another body', 'not as described', { body: { thing: 1 } }],
  ])('%s is wrong', (_, fault, parts) => {
    expect(answerFaults(answer(parts), expected)).toContainEqual(
      expect.stringMatching(`^${fault}: `),
    );
  });

  it.each<[string, boolean, Parts]>([
    ['is not ready is right', true, { headers: { 'content-type': 'application/json' } }],
    ['does not say that it is only busy is wrong', false, { headers: RETRY }],
    ['fails without saying more is wrong', false, {}],
  ])('to HEAD of a service that %s', (_, isRight, parts) => {
    const faults = answerFaults(answer({ status: 503, body: '', ...parts }), {
      ...expected,
      method: 'HEAD',
    });
    expect(faults).toEqual(isRight ? [] : ['failed: was answered 503 ']);
  });

  it('with a header twice is wrong', () => {
    const right = answer({});
    const twice = {
      ...right,
      headers: [...right.headers, ['x-frame-options', 'DENY']] as const,
    };
    expect(answerFaults(twice, expected)).toEqual(['header twice: x-frame-options']);
  });
});
