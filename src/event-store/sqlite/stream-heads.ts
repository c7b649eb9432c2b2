/** Where a stream stands: its number in the database and the version of its last event. */
export interface StreamHead {
  readonly id: number;
  readonly version: number;
}

/** The heads of the streams that were written last; the one unused for longest is forgotten first. */
export class StreamHeads {
  readonly #heads = new Map<string, StreamHead>();

  constructor(private readonly capacity: number) {}

  get(stream: string): StreamHead | undefined {
    return this.#heads.get(stream);
  }

  set(stream: string, head: StreamHead): void {
    // A map lists its keys in the order they were set: setting one anew makes it the latest.
    this.#heads.delete(stream);
    this.#heads.set(stream, head);
    if (this.#heads.size <= this.capacity) return;
    const [oldest] = this.#heads.keys();
    if (oldest !== undefined) this.#heads.delete(oldest);
  }

  clear(): void {
    this.#heads.clear();
  }
}
