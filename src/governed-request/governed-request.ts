import type { EventData, RequestContent } from './governed-request.events.js';

/** What a request's trace says of where it stands. */
export type RequestStatus =
  | 'submitted'
  | 'classified'
  | 'awaiting-approval'
  | 'approved'
  | 'executing'
  | 'executed'
  | 'blocked'
  | 'failed'
  | 'outcome-unknown';

/** What was asked, by whom, and what would be sent. */
interface Asked {
  readonly content: RequestContent;
  readonly contentDigest: string;
  readonly requester: string;
  readonly onBehalfOf: string | null;
  readonly agent: string;
  readonly sessionKey: string;
}

interface Judged extends Asked {
  readonly classification: EventData<'Classified'>;
}

/** One governed request, as far as rules need it. */
export type GovernedRequest =
  | { readonly status: 'not-submitted' }
  | (Asked & { readonly status: 'submitted' })
  | (Judged & { readonly status: 'classified' })
  | (Judged & { readonly status: 'awaiting-approval'; readonly approval: WaitingApproval })
  | (Judged & { readonly status: 'approved'; readonly approvedDigest: string })
  | (Judged & { readonly status: 'executing'; readonly attempt: number; readonly deadline: string })
  | (Judged & { readonly status: 'executed' | 'blocked' | 'failed' | 'outcome-unknown' });

export interface WaitingApproval {
  readonly contentDigest: string;
  readonly quorum: number;
  readonly eligible: readonly string[];
  readonly expiresAt: string;
  /** Who approved so far. */
  readonly granted: readonly string[];
}
