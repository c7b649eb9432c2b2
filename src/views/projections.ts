import { approvalQueueProjection } from './approval-queue/approval-queue.projection.js';
import type { Projection } from './projection.js';
import { requestTraceProjection } from './request-trace/request-trace.projection.js';
import { riskReportProjection } from './risk-report/risk-report.projection.js';

/** Every view of the service. */
export const PROJECTIONS: readonly Projection[] = [
  requestTraceProjection,
  approvalQueueProjection,
  riskReportProjection,
];
