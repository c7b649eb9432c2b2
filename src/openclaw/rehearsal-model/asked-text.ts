import { textOf, type ChatMessage } from './chat-completion-request.js';

/** OpenClaw adds user messages of its own, which carry this marker and were written by nobody. */
const INTERNAL_CONTEXT = '<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>';

const LEADING_DATE = /^\s*\[[^\]\n]{0,40}\d{4}-\d{2}-\d{2}[^\]\n]{0,40}\]\s*/u;
const TRAILING_RUNTIME = /\n\s*Runtime:[^\n]*\s*$/u;
const MARKER = /<<<[^<>]{0,200}>>>/gu;

/** What the person asked: the last user message, without what OpenClaw wraps around it. Empty when there is none. */
export function askedText(messages: readonly ChatMessage[]): string {
  const asked = messages
    .filter(({ role }) => role === 'user')
    .map(textOf)
    .findLast((text) => !text.includes(INTERNAL_CONTEXT));
  return unwrap(asked ?? '');
}

function unwrap(text: string): string {
  return text.replace(LEADING_DATE, '').replace(TRAILING_RUNTIME, '').replace(MARKER, '').trim();
}
