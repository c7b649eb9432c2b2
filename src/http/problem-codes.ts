import type { EventStoreErrorCode } from '../event-store/event-store.errors.js';
import type { RefusalCode } from '../governed-request/refused.js';
import type { NotificationErrorCode } from '../notifications/notifications.errors.js';
import type { ViewErrorCode } from '../views/view-error.js';

/** Everything that can go wrong at the HTTP edge itself. */
type HttpProblemCode =
  | 'invalid-request'
  | 'malformed-body'
  | 'unauthenticated'
  | 'key-expired'
  | 'key-revoked'
  | 'token-expired'
  | 'token-not-yet-valid'
  | 'token-invalid'
  | 'token-wrong-audience'
  | 'token-wrong-issuer'
  | 'token-unusable'
  | 'too-many-groups'
  | 'issuer-unavailable'
  | 'rate-limited'
  | 'forbidden'
  | 'not-found'
  | 'method-not-allowed'
  | 'body-too-large'
  | 'unsupported-media-type'
  | 'request-timeout'
  | 'headers-too-large'
  | 'invalid-position'
  | 'unknown-agent'
  | 'saturated'
  | 'too-many-streams'
  | 'shutting-down'
  | 'access-not-recordable'
  | 'stream-unreadable'
  | 'internal-error';

export type ProblemCode =
  | HttpProblemCode
  | RefusalCode
  | ViewErrorCode
  | NotificationErrorCode
  | `store-${EventStoreErrorCode}`;

/** The one table from codes to HTTP: status and a title that does not change from case to case (RFC 9457, 3.1.3). */
export const PROBLEMS: Readonly<Record<ProblemCode, readonly [status: number, title: string]>> = {
  'invalid-request': [400, 'The request is not valid'],
  'malformed-body': [400, 'The body is not JSON that everybody reads alike'],
  unauthenticated: [401, 'A valid key or token is needed'],
  'key-expired': [401, 'The key has expired'],
  'key-revoked': [401, 'The key was revoked'],
  'token-expired': [401, 'The token has expired'],
  'token-not-yet-valid': [401, 'The token is not valid yet'],
  'token-invalid': [401, 'The token is not valid'],
  'token-wrong-audience': [401, 'The token is meant for somebody else'],
  'token-wrong-issuer': [401, 'The token comes from another issuer'],
  'token-unusable': [401, 'The token does not tell who is calling'],
  'too-many-groups': [403, 'The token names too many groups'],
  'issuer-unavailable': [503, 'The issuer of tokens cannot be asked now'],
  'rate-limited': [429, 'Too many calls'],
  forbidden: [403, 'This identity may not do that'],
  'not-found': [404, 'There is nothing at this address'],
  'method-not-allowed': [405, 'This address does not take this method'],
  'body-too-large': [413, 'The body is too large'],
  'unsupported-media-type': [415, 'The body must be application/json'],
  'request-timeout': [408, 'The request took too long to arrive'],
  'headers-too-large': [431, 'Address and headers are too large'],
  'invalid-position': [400, 'The position is not that of an event'],
  'unknown-agent': [400, 'The gateway has no such agent'],
  saturated: [503, 'Too many requests are waiting'],
  'too-many-streams': [503, 'Too many streams of events are open'],
  'shutting-down': [503, 'The service is shutting down'],
  'access-not-recordable': [503, 'It cannot be recorded who reads what'],
  'stream-unreadable': [500, 'An event of this request cannot be read'],
  'internal-error': [500, 'Something went wrong here'],

  'request-not-found': [404, 'There is no such request'],
  'idempotency-key-reused': [422, 'The Idempotency-Key belongs to another request'],
  'not-awaiting-approval': [409, 'The request does not wait for approval'],
  'approval-expired': [409, 'The approval has expired'],
  'approval-not-expired': [409, 'The approval has not expired'],
  'self-approval': [403, 'Nobody decides their own request'],
  'human-required': [403, 'A person has to decide'],
  'not-eligible': [403, 'This approver may not decide'],
  'comment-required': [400, 'A refusal needs a comment'],
  'already-decided': [409, 'This approver has already decided'],
  'content-changed': [409, 'The content is not the one that was reviewed'],
  'nothing-amended': [422, 'The amendment changes nothing'],
  'kind-changed': [422, 'The content is of another kind than the request'],
  'too-many-amendments': [409, 'The content was amended too often'],
  'not-withdrawable': [409, 'The request can no longer be withdrawn'],
  'not-executable': [409, 'The request may not be executed'],
  'not-executing': [409, 'The request is not being executed'],
  'self-resolution': [403, 'Nobody resolves their own request'],
  'outcome-not-unknown': [409, 'The outcome of the request is not unknown'],
  'already-resolved': [409, 'The outcome was resolved before'],

  'not-standing-in': [403, 'The caller does not stand in for that person now'],
  'self-delegation': [403, 'Nobody stands in for themselves'],
  'not-own-group': [403, 'Only own groups are delegated'],
  'invalid-delegation-period': [400, 'A delegation cannot have that period'],
  'delegation-exists': [409, 'There is such a delegation already'],
  'delegation-not-found': [404, 'There is no such delegation'],
  'delegation-over': [409, 'The delegation is over'],

  'invalid-cursor': [400, 'The cursor is not one of ours'],
  'search-too-long': [400, 'The search has too many words'],
  'invalid-range': [400, 'The period ends before it begins'],
  'interval-too-fine': [400, 'The interval is too fine for the period'],
  'view-behind': [503, 'The view has not caught up yet'],
  'views-unavailable': [503, 'The read models cannot be read now'],
  'view-unknown': [404, 'There is no such view'],

  'webhook-endpoint-unknown': [404, 'There is no such endpoint'],
  'dead-letter-unknown': [404, 'There is no such dead letter'],

  'store-version-conflict': [409, 'The request changed at the same moment'],
  'store-too-large': [413, 'The content is too large to record'],
  'store-denied': [503, 'The event store refuses the service'],
  'store-invalid': [500, 'Something went wrong here'],
  'store-position-unknown': [400, 'The position is not that of an event'],
  'store-unavailable': [503, 'The event store is not available'],
  'store-read-only': [503, 'The event store can be read, but not written to now'],
  'store-damaged': [503, 'The event store is damaged and answers nothing'],
  'store-outcome-unknown': [503, 'It is not known whether it was recorded'],
  'store-closed': [503, 'The service is stopping'],
};
