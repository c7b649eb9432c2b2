/** Why there is no managed gateway. */
export type ManagedGatewayErrorCode =
  | 'npm-missing'
  | 'install-failed'
  | 'directory-in-use'
  | 'no-free-port'
  | 'start-failed'
  | 'stopped';

/** OpenClaw could not be installed or started; the message says what to do and holds no secret. */
export class ManagedGatewayError extends Error {
  override readonly name = 'ManagedGatewayError';

  constructor(
    readonly code: ManagedGatewayErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
