import type { Stream } from './evidence.js';

/** The digest that may run behind these events. */
export function allowedDigest(before: Stream): string | undefined {
  const [submitted, classified] = before;
  const approved = before.find((event) => event.type === 'Approved');
  if (before.some(({ type }) => type === 'Blocked')) return undefined;
  if (approved) return approved.data.contentDigest;
  if (submitted?.type !== 'Submitted' || classified?.type !== 'Classified') return undefined;
  const { allow, requiresApproval } = classified.data;
  return allow && !requiresApproval ? submitted.data.contentDigest : undefined;
}
