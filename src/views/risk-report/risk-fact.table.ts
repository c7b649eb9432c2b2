import type { RequestStatus } from '../../governed-request/governed-request.js';
import type { RequestContent } from '../../governed-request/governed-request.events.js';
import type { Risk } from '../../policy/classification.js';

/** One row a governed request: what reports count. Durations are milliseconds, null until they are over. */
export interface RiskFactTable {
  id: string;
  submitted_at: string;
  status: RequestStatus;
  requester: string;
  agent: string;
  kind: RequestContent['kind'];
  tool: string | null;
  risk: Risk | null;
  category: string | null;
  /** Name of the policy that classified it. */
  policy: string | null;
  /** When people were first asked. */
  requested_at: string | null;
  /** From the submission until people approved or refused it. */
  decision_ms: number | null;
  /** From the first request for approval until the quorum was met. */
  approval_ms: number | null;
  /** The agent's answer, as its execution measured it. */
  execution_ms: number | null;
}
