import { Problem } from '../http/problem.js';
import type { ProblemCode } from '../http/problem-codes.js';

const CHALLENGE = 'Bearer realm="docket"';

/** No credential, or none that is known; nothing is told of what might be wrong with it (RFC 6750, 3). */
export const unauthenticated = (detail: string): Problem =>
  new Problem('unauthenticated', detail, { headers: { 'www-authenticate': CHALLENGE } });

/** A credential of which only its holder can know that it was good, or would be elsewhere (RFC 6750, 3.1). */
export const invalidToken = (code: ProblemCode, detail: string): Problem =>
  new Problem(code, detail, {
    headers: { 'www-authenticate': `${CHALLENGE}, error="invalid_token"` },
  });
