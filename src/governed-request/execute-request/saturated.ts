/** As many requests wait for the gateway as may; nothing was recorded. */
export class Saturated extends Error {
  override readonly name = 'Saturated';

  constructor(
    waiting: number,
    /** Seconds after which there is room again, as far as anybody can tell. */
    readonly retryAfter: number,
  ) {
    super(`${waiting} requests wait for the gateway already.`);
  }
}
