/** The log does not hold what was written to it; the message says where. Callers of the store get it as `damaged`. */
export class Damage extends Error {
  override readonly name = 'Damage';
}
