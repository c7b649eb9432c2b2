import { PROBLEMS } from '../../src/http/problem-codes.js';
import { document, table } from './markdown.js';

const INTRODUCTION = `Every error answer is \`application/problem+json\` (RFC 9457):
\`{"type":"urn:docket:problem:<code>","title":…,"status":…,"code":…,"detail":…,"errors":[{"path":…,"message":…}]}\`.
\`code\`, \`status\` and \`title\` are those of this table and do not change from case to case; \`detail\` and \`errors\` say what is wrong this time.
A request that the policy blocks, or whose execution fails, is no error: its status is in the trace.`;

/** `problems.md`, from the one table of codes. */
export function problemsReference(): string {
  const rows = Object.entries(PROBLEMS)
    .map(([code, [status, title]]) => [`\`${code}\``, String(status), title])
    .toSorted(([, one = ''], [, other = '']) => Number(one) - Number(other));
  return document('Problems', INTRODUCTION, table(['code', 'status', 'title'], rows));
}
