/** The service cannot start as it is configured; the message is the one line its operator gets. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/** Another program listens where the service should. */
export class AddressInUse extends ConfigurationError {
  constructor(host: string, port: number) {
    super(`DOCKET_PORT: ${host}:${port} is in use by another program; choose another port`);
  }
}
