import { describe, expect, it } from '@jest/globals';
import { given } from '../../../test/support/governed/given.js';
import {
  asking,
  digestOf,
  NOON,
  submission,
  submitted,
} from '../../../test/support/governed/commands.js';
import { testPolicy } from '../../../test/support/governed/test-policy.js';
import { submitRequest, type Submission } from './submit-request.js';

const submitting = (of: Submission) => (request: Parameters<typeof submitRequest>[0]) =>
  submitRequest(request, of, testPolicy({ quorum: 2, eligible: ['finance'] }), NOON);

describe('submitting a request', () => {
  it('records a green one with its classification and nothing more', () => {
    given()
      .when(submitting(asking('a green request')))
      .records(
        ['Submitted', { requester: 'ada', onBehalfOf: 'employee-001', agent: 'main' }],
        ['Classified', { risk: 'green', policy: { name: 'test' } }],
      );
  });

  it('asks people about an amber one, on the policy’s terms', () => {
    given()
      .when(submitting(asking('an amber request')))
      .records(
        ['Submitted'],
        ['Classified', { risk: 'amber', requiresApproval: true }],
        [
          'ApprovalRequested',
          { quorum: 2, eligible: ['finance'], expiresAt: '2026-11-22T13:00:00.000Z' },
        ],
      );
  });

  it('blocks a red one and offers an alternative', () => {
    given()
      .when(submitting(asking('a red request')))
      .records(
        ['Submitted'],
        ['Classified', { risk: 'red', allow: false }],
        [
          'Blocked',
          { by: 'policy:test', code: 'policy', alternative: 'I can draft a checklist instead.' },
        ],
      );
  });

  it('records nothing when the same request comes again', () => {
    given(submitted(submission())).when(submitting(submission())).recordsNothing();
  });

  it.each([
    ['another text', asking('another green request')],
    ['another employee', submission({ onBehalfOf: 'employee-002' })],
    ['another agent', submission({ agent: 'ops' })],
    ['another session', submission({ sessionKey: 'docket-2' })],
  ])('refuses %s under the same key', (_, other) => {
    given(submitted(submission())).when(submitting(other)).refuses('idempotency-key-reused');
  });

  it('binds the digest to everything that would be sent', () => {
    const digests = [
      submission(),
      asking('another green request'),
      submission({ content: { kind: 'chat', request: 'a green request', temperature: 0.2 } }),
      submission({ agent: 'ops' }),
      submission({ sessionKey: 'docket-2' }),
      submission({ content: { kind: 'tool', tool: 'sessions_list', action: 'json', args: {} } }),
      submission({
        content: { kind: 'tool', tool: 'sessions_list', action: 'json', args: { a: 1 } },
      }),
    ].map((of) => digestOf(submitted(of)));
    expect(new Set(digests).size).toBe(digests.length);
  });
});
