import type { ApprovalTerms, Classification, PolicyReference, Subject } from './classification.js';

/** A loaded policy: pure, and the same text always gets the same answer. */
export interface Policy extends PolicyReference {
  /** Classifies in time linear in the length of the text, whatever the text. */
  classify(subject: Subject): Classification;

  /** The terms of the approval that `classification` asks for. */
  approvalTerms(classification: Classification): ApprovalTerms;

  /** What the answer to a blocked request offers instead (a draft, a checklist, a plan), as a sentence to its requester. */
  alternativeTo(classification: Classification): string;
}
