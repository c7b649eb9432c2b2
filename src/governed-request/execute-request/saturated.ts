/** Too much waits for the gateway already. */
export class Saturated extends Error {
  override readonly name = 'Saturated';
}
