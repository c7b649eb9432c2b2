/** A real node forgot the first of 130,000 ids, and not yet that of 100,000. */
const CAPACITY = 115_000;

/**
 * The ids of the events that a node wrote last, and to which streams and revisions. Only by these does it know an append
 * that names no version for a repetition; a restart empties them.
 */
export class RememberedIds {
  readonly #places = new Map<string, { readonly stream: string; readonly revision: number }>();

  add(id: string, stream: string, revision: number): void {
    this.#places.delete(id);
    this.#places.set(id, { stream, revision });
    if (this.#places.size <= CAPACITY) return;
    for (const [oldest] of this.#places) {
      this.#places.delete(oldest);
      break;
    }
  }

  /** The revision that an event has in a stream, as far as is remembered. */
  revisionOf(id: string, stream: string): number | undefined {
    const place = this.#places.get(id);
    return place?.stream === stream ? place.revision : undefined;
  }

  forget(): void {
    this.#places.clear();
  }
}
