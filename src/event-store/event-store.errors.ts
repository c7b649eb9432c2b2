/** Why a store did not do what it was asked. Only `outcome-unknown` leaves open whether events were written. */
export type EventStoreErrorCode =
  | 'version-conflict'
  | 'too-large'
  | 'denied'
  | 'invalid'
  | 'position-unknown'
  | 'unavailable'
  /** It can be read, but nothing can be recorded now; for operators. An append is answered `unavailable` then. */
  | 'read-only'
  /** What is stored is not what was written. Nothing is served until the operator has mended it. */
  | 'damaged'
  | 'outcome-unknown'
  | 'closed';

/** A failed call to the event store. */
export class EventStoreError extends Error {
  override readonly name: string = 'EventStoreError';

  constructor(
    readonly code: EventStoreErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The stream does not stand at the version the writer had read; nothing was written. */
export class VersionConflict extends EventStoreError {
  override readonly name = 'VersionConflict';

  constructor(
    readonly stream: string,
    readonly expectedVersion: number,
    readonly actualVersion: number,
  ) {
    super(
      'version-conflict',
      `Stream ${stream} stands at version ${actualVersion}, not ${expectedVersion}.`,
    );
  }
}
