/** As many requests wait for the gateway as may. */
export class Saturated extends Error {
  override readonly name = 'Saturated';

  constructor(bound: number) {
    super(`${bound} requests wait for the gateway already.`);
  }
}
