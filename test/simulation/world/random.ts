// Looked up once: in Jest, globals are found at some cost each time.
const { imul } = Math;

/** Numbers that a seed determines, wherever it is played. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
    // Seeds that follow each other would begin alike.
    for (let round = 0; round < 4; round += 1) this.#state = (this.#next() ^ seed) >>> 0;
  }

  /** At least 0, below 1. */
  fraction(): number {
    return this.#next() / 4_294_967_296;
  }

  /** A whole number, both bounds included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.between(0, items.length - 1)];
    if (item === undefined) throw new Error('There is nothing to pick from.');
    return item;
  }

  /** One of the names, as often as their weights say. */
  weighted<T extends string>(weights: Readonly<Record<T, number>>): T {
    const entries = Object.entries<number>(weights);
    let left = this.fraction() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of entries) {
      left -= weight;
      if (left < 0) return name as T;
    }
    return entries.at(-1)![0] as T;
  }

  /** A UUID of version 4 in form. */
  uuid(): ReturnType<typeof crypto.randomUUID> {
    const [a, b, c, d] = [0, 1, 2, 3].map(() => this.#next().toString(16).padStart(8, '0'));
    return `${a}-${b!.slice(0, 4)}-4${b!.slice(5)}-8${c!.slice(1, 4)}-${c!.slice(4)}${d}`;
  }

  /** Mulberry32 (public domain, Tommy Ettinger). */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
}
