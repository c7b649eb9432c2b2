import { z } from 'zod';

/** What webhooks tell of; see `docs/guides/notifications.md`. */
export const NOTICE_TYPES = [
  'approval.requested',
  'approval.escalated',
  'approval.reminded',
  'approval.decided',
  'approval.expired',
  'request.amended',
  'request.executed',
  'request.failed',
  'request.outcome-unknown',
  'request.blocked',
  'request.resolved',
] as const;

export const noticeType = z.enum(NOTICE_TYPES);
export type NoticeType = z.infer<typeof noticeType>;
