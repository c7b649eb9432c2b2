import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { Problem } from './problem.js';
import { hasRepeatedNames } from './repeated-names.js';

const MAX_DEPTH = 64;

/** Takes JSON bodies and no others: in UTF-8, of bounded depth, without keys that come twice or could reach a prototype. */
export function parseJsonBodies(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (typeof body !== 'string' && !isUtf8(body)) {
      return done(new Problem('malformed-body', 'The body is not UTF-8.'));
    }
    const text = body.toString();
    void parse(request, text, (error, value?: unknown) => {
      if (error) return done(error);
      done((mayBeDeep(text) ? tooDeep(value) : null) ?? ambiguous(text, value), value);
    });
  });
}

const ambiguous = (text: string, value: unknown): Problem | null =>
  hasRepeatedNames(text, value)
    ? new Problem('malformed-body', 'An object in the body names a field twice; name each once.')
    : null;

const OPENING = /[[{]/g;

/** Text with 64 opening brackets or fewer is not nested deeper, so that most bodies need no walk. */
function mayBeDeep(text: string): boolean {
  OPENING.lastIndex = 0;
  for (let found = 0; OPENING.test(text); found += 1) {
    if (found === MAX_DEPTH) return true;
  }
  return false;
}

/** The problem with JSON nested deeper than 64 levels, so that nothing behind it can exhaust the stack; walks without recursion. */
export function tooDeep(value: unknown): Problem | null {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) {
      return new Problem('invalid-request', `The body is nested deeper than ${MAX_DEPTH} levels.`);
    }
    level = level.flatMap(children);
  }
  return null;
}

const children = (value: unknown): unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value) : [];
