import type { RequestFilter, RequestTraceQuery } from '../request-trace/request-trace.query.js';
import type { RecordedTrace } from '../request-trace/trace.js';
import { writeRows, type Row, type RowFormat } from './rows.js';
import { withoutContent } from './without-content.js';

export interface RequestsExport {
  readonly format: RowFormat;
  readonly filter: RequestFilter;
  /** Leaves out what people and agents wrote, for analysts. */
  readonly withoutContent: boolean;
  /** Is told how many rows are written, page by page. */
  readonly onWritten?: (rows: number) => void;
}

/** Requests held in memory at a time. */
const PAGE = 200;

/** Columns of the export, as `docs/` explains them to its readers. */
const COLUMNS = `
  id kind status requester requesterKind onBehalfOf agent sessionKey submittedAt
  request temperature tool action args contentDigest
  risk category confidence requiresApproval allow reason findings policyName policyDigest
  approvalState requestedAt expiresAt quorum eligible atLeast human escalation missing decisions
  startedAt finishedAt outcome runId response
  promptTokens completionTokens totalTokens errorCode errorMessage
  resolvedBy resolvedByKind resolvedOutcome resolutionComment resolvedAt
  blockedBy blockedCode blockedReason alternative blockedAt
  version position
`
  .trim()
  .split(/\s+/u);

/**
 * Yields one row a request, newest first, as text in pieces. Requests that are submitted meanwhile are not in it;
 * those that change meanwhile are as they were when their piece was read.
 */
export function exportRequests(
  traces: RequestTraceQuery,
  { format, filter, withoutContent: hidden, onWritten = () => {} }: RequestsExport,
): AsyncGenerator<string, void> {
  const read = (trace: RecordedTrace) => rowOf(hidden ? withoutContent(trace) : trace);
  const toRows = (page: readonly RecordedTrace[]) => {
    onWritten(page.length);
    return page.map(read);
  };
  return writeRows(format, COLUMNS, pages(traces, filter, toRows));
}

async function* pages(
  traces: RequestTraceQuery,
  filter: RequestFilter,
  toRows: (page: readonly RecordedTrace[]) => readonly Row[],
): AsyncGenerator<readonly Row[]> {
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await traces.list({ ...filter, limit: PAGE, cursor });
    yield toRows(items);
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
}

const rowOf = (trace: RecordedTrace): Row => ({
  ...asked(trace),
  ...judged(trace),
  ...approved(trace),
  ...executed(trace),
  ...blocked(trace),
  version: trace.version,
  position: trace.position,
});

function asked({ content, ...trace }: RecordedTrace): Row {
  const { id, kind, status, requester, requesterKind } = trace;
  const { onBehalfOf, agent, sessionKey, submittedAt } = trace;
  const chat = content?.kind === 'chat' ? content : null;
  const tool = content?.kind === 'tool' ? content : null;
  return {
    id,
    kind,
    status,
    requester,
    requesterKind,
    onBehalfOf,
    agent,
    sessionKey,
    submittedAt,
    request: chat?.request ?? null,
    temperature: chat?.temperature ?? null,
    tool: tool?.tool ?? null,
    action: tool?.action ?? null,
    args: tool?.args ?? null,
    contentDigest: trace.contentDigest,
  };
}

const judged = ({ classification }: RecordedTrace): Row => ({
  risk: classification?.risk ?? null,
  category: classification?.category ?? null,
  confidence: classification?.confidence ?? null,
  requiresApproval: classification?.requiresApproval ?? null,
  allow: classification?.allow ?? null,
  reason: classification?.reason ?? null,
  findings: classification?.findings ?? null,
  policyName: classification?.policy.name ?? null,
  policyDigest: classification?.policy.digest ?? null,
});

const approved = ({ approval }: RecordedTrace): Row => ({
  approvalState: approval?.state ?? null,
  requestedAt: approval?.requestedAt ?? null,
  expiresAt: approval?.expiresAt ?? null,
  quorum: approval?.quorum ?? null,
  eligible: approval?.eligible ?? null,
  atLeast: approval?.atLeast ?? null,
  human: approval?.human ?? null,
  escalation: approval?.escalation ?? null,
  missing: approval?.missing ?? null,
  decisions: approval?.decisions ?? null,
});

const executed = ({ execution }: RecordedTrace): Row => ({
  startedAt: execution?.startedAt ?? null,
  finishedAt: execution?.finishedAt ?? null,
  outcome: execution?.outcome ?? null,
  runId: execution?.runId ?? null,
  response: execution?.response ?? null,
  promptTokens: execution?.usage?.promptTokens ?? null,
  completionTokens: execution?.usage?.completionTokens ?? null,
  totalTokens: execution?.usage?.totalTokens ?? null,
  errorCode: execution?.error?.code ?? null,
  errorMessage: execution?.error?.message ?? null,
  resolvedBy: execution?.resolution?.by ?? null,
  resolvedByKind: execution?.resolution?.byKind ?? null,
  resolvedOutcome: execution?.resolution?.outcome ?? null,
  resolutionComment: execution?.resolution?.comment ?? null,
  resolvedAt: execution?.resolution?.at ?? null,
});

const blocked = ({ blocked: block }: RecordedTrace): Row => ({
  blockedBy: block?.by ?? null,
  blockedCode: block?.code ?? null,
  blockedReason: block?.reason ?? null,
  alternative: block?.alternative ?? null,
  blockedAt: block?.at ?? null,
});
