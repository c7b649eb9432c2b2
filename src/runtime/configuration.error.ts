/** The service cannot start as it is configured; the message is the one line its operator gets. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}
