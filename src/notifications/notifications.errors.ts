export type NotificationErrorCode = 'webhook-endpoint-unknown' | 'dead-letter-unknown';

/** Something about webhooks was asked that there is not. */
export class NotificationError extends Error {
  override readonly name = 'NotificationError';

  constructor(
    readonly code: NotificationErrorCode,
    message: string,
  ) {
    super(message);
  }
}
