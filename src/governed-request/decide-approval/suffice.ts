import type { EventData } from '../governed-request.events.js';

/** What was said so far to one content. */
export interface Approvals {
  readonly terms: EventData<'ApprovalRequested'>;
  /** Who approved exactly this content, each once. */
  readonly by: readonly string[];
  /** Who edited what led to it. */
  readonly editors: readonly string[];
}

/**
 * Whether these approvals are enough for the content to run: as many as the quorum asks for, and one at least of
 * somebody who edited none of it.
 */
export const suffice = ({ terms, by, editors }: Approvals): boolean =>
  by.length >= terms.quorum && by.some((person) => !editors.includes(person));
