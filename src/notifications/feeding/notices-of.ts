import type { NoticeType } from '../notice-type.js';
import type { AskedApproval, RequestFacts } from './request-facts.js';
import type { ToldEvent } from './told-event.js';

/** Something to tell, and what is said of it beside the request: names and numbers of closed sets, and no text that anybody wrote. */
export interface Notice {
  readonly type: NoticeType;
  readonly details: Readonly<Record<string, Detail>>;
}

type Detail = string | number | boolean | readonly string[] | AskedApproval['atLeast'];

/** What an event gives to tell; `facts` are those that hold behind it. */
export function noticesOf(
  event: ToldEvent,
  { approval, amendments }: RequestFacts,
): readonly Notice[] {
  const waiting = { ...approval };
  switch (event.type) {
    case 'ApprovalRequested':
      return [{ type: 'approval.requested', details: waiting }];
    case 'ApprovalEscalated':
      return [{ type: 'approval.escalated', details: { ...waiting, to: event.data.to } }];
    case 'ApprovalReminded':
      return [{ type: 'approval.reminded', details: { ...waiting, number: event.data.number } }];
    case 'Approved':
      return [{ type: 'approval.decided', details: { decision: 'approved' } }];
    case 'Blocked':
      return blocked(event.data.code);
    case 'Executed':
      return [{ type: 'request.executed', details: {} }];
    case 'ExecutionFailed':
      return [{ type: 'request.failed', details: { code: event.data.code } }];
    case 'ExecutionOutcomeUnknown':
      return [{ type: 'request.outcome-unknown', details: { code: event.data.code } }];
    case 'OutcomeResolved':
      return [{ type: 'request.resolved', details: { outcome: event.data.outcome } }];
    case 'Classified':
      return amendments > 0 ? [amended(amendments)] : [];
    case 'Submitted':
    case 'ContentAmended':
      return [];
  }
}

/** Told of the `Classified` behind it, so that the risk is that of the new content. */
const amended = (number: number): Notice => ({ type: 'request.amended', details: { number } });

type BlockCode = Extract<ToldEvent, { type: 'Blocked' }>['data']['code'];

/**
 * Whatever ends an approval is told as such, and that the request will never run is told each time. An older Docket recorded no
 * `ApprovalExpired` with it.
 */
function blocked(code: BlockCode): readonly Notice[] {
  const notice: Notice = { type: 'request.blocked', details: { code } };
  if (code === 'refused') {
    return [{ type: 'approval.decided', details: { decision: 'refused' } }, notice];
  }
  return code === 'expired' ? [{ type: 'approval.expired', details: {} }, notice] : [notice];
}
