import { problemDetails } from '../../../src/http/problem.js';
import { PROBLEMS } from '../../../src/http/problem-codes.js';
import { headerOf, type HttpAnswer } from '../send/http-answer.js';
import type { DescribedAnswers } from './described-answers.js';
import { holdsSecret } from './secrets.js';

/** What an answer is held against. */
export interface Expected {
  /** `null` for what aims at no described route. */
  readonly described: DescribedAnswers | null;
  /** Whether the body is all there. */
  readonly whole: boolean;
  readonly method: string;
  readonly secrets: readonly string[];
}

type Check = (answer: HttpAnswer, expected: Expected) => string | null;

/** What any address may answer with, whatever it is. */
const ANYWHERE = new Set([400, 401, 404, 405, 408, 413, 414, 415, 431]);
/** What an address may answer with that no description names, such as `/docs` and `/metrics`. */
const UNDESCRIBED = new Set([200, 302, ...ANYWHERE]);
/** Whoever sees one of these would have to look after the service; other problems of status 503 say that it is busy. */
const UNWELL = /^$|^(store-|views-)/;
const LONGEST_PROBLEM = 16_384;
const INSIDE =
  / {4}at |node_modules|file:\/\/|\.[cm]?[jt]s:\d|SQLITE|sqlite3?_|Zod|\/dist\/|\/tmp\//;

const SECURITY_HEADERS: Readonly<Record<string, RegExp>> = {
  'content-security-policy': /default-src 'none'/,
  'x-content-type-options': /^nosniff$/,
  'x-frame-options': /^DENY$/,
  'referrer-policy': /^no-referrer$/,
  'cross-origin-opener-policy': /^same-origin$/,
  'cross-origin-resource-policy': /^same-origin$/,
  'strict-transport-security': /^max-age=/,
};

const problemOf = ({ body }: HttpAnswer) => {
  try {
    return problemDetails.safeParse(JSON.parse(body)).data ?? null;
  } catch {
    return null;
  }
};

const CHECKS: Readonly<Record<string, Check>> = {
  failed: (answer, { method }) => {
    if (answer.status < 500 || isReadiness(answer, method)) return null;
    const code = problemOf(answer)?.code ?? '';
    const busy = answer.status === 503 && !UNWELL.test(code) && headerOf(answer, 'retry-after');
    return busy ? null : `was answered ${answer.status} ${code}`;
  },
  'undocumented status': ({ status }, { described }) => {
    const known = described
      ? described.statuses.has(status) || ANYWHERE.has(status)
      : UNDESCRIBED.has(status);
    return known ? null : `${status} is not in the description`;
  },
  'no problem details': (answer, { method }) => {
    if (answer.status < 400 || method === 'HEAD' || isReadiness(answer, method)) return null;
    const problem = problemOf(answer);
    if (headerOf(answer, 'content-type') !== 'application/problem+json; charset=utf-8') {
      return 'the error is no application/problem+json';
    }
    if (!problem) return 'the error has not the shape of a problem';
    if (!Object.hasOwn(PROBLEMS, problem.code)) return `the code ${problem.code} is not known`;
    if (problem.status !== answer.status) return `the problem says ${problem.status}`;
    return problem.detail === '' ? 'the problem has no detail' : null;
  },
  'long problem': ({ status, body }) =>
    status >= 400 && body.length > LONGEST_PROBLEM
      ? `the problem has ${body.length} characters`
      : null,
  'inside shown': ({ status, head, body }) => {
    const found = INSIDE.exec(status >= 400 ? head + body : head)?.[0];
    return found ? `the answer holds ${JSON.stringify(found)}` : null;
  },
  'secret shown': ({ head, body }, { secrets }) =>
    holdsSecret(head + body, secrets) ? 'the answer holds a secret' : null,
  'security header missing': (answer) => {
    const missing = Object.entries(SECURITY_HEADERS).filter(
      ([name, value]) => !value.test(headerOf(answer, name) ?? ''),
    );
    return missing.length > 0 ? missing.map(([name]) => name).join(', ') : null;
  },
  'header twice': ({ headers }) => {
    const names = headers.map(([name]) => name);
    const twice = names.filter((name, index) => names.indexOf(name) !== index);
    return twice.length > 0 ? twice.join(', ') : null;
  },
  'cross-origin access': ({ headers }) =>
    headers.find(([name]) => name.startsWith('access-control-'))?.[0] ?? null,
  'server named': (answer) =>
    headerOf(answer, 'server') ?? headerOf(answer, 'x-powered-by') ?? null,
  'not as described': ({ status, body, headers }, { described, whole, method }) => {
    const schema = described?.bodies.get(status);
    const type = headers.find(([name]) => name === 'content-type')?.[1] ?? '';
    if (!schema || !whole || method === 'HEAD' || !type.startsWith('application/json')) return null;
    const { error } = schema.safeParse(JSON.parse(body));
    return error
      ? error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
      : null;
  },
};

/** A service that is not ready says so in a form of its own, of which HEAD shows the type alone. */
const isReadiness = (answer: HttpAnswer, method: string): boolean =>
  answer.status === 503 &&
  (method === 'HEAD'
    ? headerOf(answer, 'content-type')?.startsWith('application/json') === true
    : answer.body.startsWith('{"ready":false'));

/** What is wrong with the answer, a line each. */
export const answerFaults = (answer: HttpAnswer, expected: Expected): readonly string[] =>
  Object.entries(CHECKS).flatMap(([name, check]) => {
    const fault = check(answer, expected);
    return fault === null ? [] : [`${name}: ${fault}`];
  });
