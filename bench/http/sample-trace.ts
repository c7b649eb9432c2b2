import type { Trace } from '../../src/views/request-trace/trace.js';

/** As large as what Docket answers to a green request. */
export const sampleTrace: Trace = {
  id: '01a2048a-9c80-74db-bbfe-063f72b2c681',
  kind: 'chat',
  status: 'classified',
  requester: 'requester',
  requesterKind: 'machine',
  onBehalfOf: 'employee-001',
  agent: 'main',
  sessionKey: 'docket-01a2048a-9c80-74db-bbfe-063f72b2c681',
  submittedAt: '2026-11-22T12:00:00.000Z',
  content: { kind: 'chat', request: '' },
  contentDigest: '0'.repeat(64),
  classification: {
    risk: 'green',
    category: 'ordinary',
    confidence: 0.8,
    requiresApproval: false,
    allow: true,
    reason: 'No rule speaks against carrying this out.',
    findings: [],
    policy: { name: 'default', digest: '0'.repeat(64) },
  },
  approval: null,
  execution: null,
  blocked: null,
  version: 1,
  position: '2',
  versions: null,
  queued: null,
};
