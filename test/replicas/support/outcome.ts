import type { RecordedEvent } from '../../../src/governed-request/recorded-event.js';
import { riskReport, type RiskReport } from '../../../src/views/risk-report/risk-report.js';
import { tracePage } from '../../../src/views/request-trace/request-trace.schema.js';
import type { RecordedTrace } from '../../../src/views/request-trace/trace.js';
import type { Streams } from './event-log.js';
import { eventually } from './eventually.js';
import { recordedPart } from '../../support/docket/recorded-part.js';
import type { Replica } from './replica.js';
import type { Replicas } from './replicas.js';

/** What one replica's read models say, at a position that all of them stand at. */
export interface View {
  readonly replica: string;
  readonly traces: ReadonlyMap<string, RecordedTrace>;
  readonly report: RiskReport;
}

const DAY = 86_400_000;

const RESTING: ReadonlySet<string> = new Set([
  'Executed',
  'ExecutionFailed',
  'ExecutionOutcomeUnknown',
  'Blocked',
]);

export const isFinal = ({ type }: RecordedEvent): boolean => RESTING.has(type);

/** All that was recorded under the replicas' policy, as soon as every request of it rests. */
export function restingStreams({ log, policy }: Replicas, milliseconds: number): Promise<Streams> {
  return eventually('every request rests', milliseconds, async () => {
    const streams = await log.streamsUnder(policy);
    return [...streams.values()].every((events) => events.some(isFinal)) && streams;
  });
}

/** What the read models of every running replica say as soon as all of them stand at the same position, the head or behind it. */
export async function settledViews({ all, log, policy }: Replicas): Promise<readonly View[]> {
  const head = String(await log.head());
  const running = all.filter(({ isRunning }) => isRunning);
  return eventually('all views stand at the same position', 10_000, async () => {
    const views = await Promise.all(running.map((replica) => viewOf(replica, policy, head)));
    const positions = new Set(views.map(({ report }) => report.position));
    return positions.size === 1 && views;
  });
}

async function viewOf(replica: Replica, policy: string, minPosition: string): Promise<View> {
  const traces = new Map<string, RecordedTrace>();
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = tracePage.parse(
      await read(replica, '/v1/requests', {
        policy,
        limit: '200',
        minPosition,
        ...(cursor !== '' && { cursor }),
      }),
    );
    for (const shown of page.items) traces.set(shown.id, recordedPart(shown));
    cursor = page.nextCursor;
  }
  const range = reportRange();
  const question = { ...range, interval: 'day', groupBy: 'policy', minPosition };
  const report = riskReport.parse(await read(replica, '/v1/reports/risk', question));
  return { replica: replica.name, traces, report };
}

/** A day around now, which does not end between two questions. */
function reportRange() {
  const now = Math.floor(Date.now() / DAY) * DAY;
  return { from: new Date(now - DAY).toISOString(), to: new Date(now + 2 * DAY).toISOString() };
}

async function read(
  replica: Replica,
  path: string,
  query: Readonly<Record<string, string>>,
): Promise<unknown> {
  const search = new URLSearchParams(query).toString();
  const answer = await replica.call('audrey', 'GET', `${path}?${search}`);
  if (answer.status === 200) return answer.json();
  throw new Error(`${replica.name} answered GET ${path} with ${answer.status}: ${answer.text}`);
}
