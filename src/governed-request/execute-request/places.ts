/** How many requests one process has in hand at the most: those that it carries out and those that wait. */
export class Places {
  private readonly counts = new Map<string, number>();
  private used = 0;

  /**
   * Whether requests that are on record found no place and wait to be fetched: until they are in, half of the places
   * is theirs.
   */
  areWanted = false;

  constructor(
    /** Places for everybody. */
    private readonly size: number,
    /** Places behind those, one each for requesters with nothing in hand: nobody locks the others out. */
    private readonly spare: number,
  ) {}

  /** Whether there is none left for a request that is on record already. */
  get areTaken(): boolean {
    return this.used >= this.size;
  }

  /** Whether a new request of this requester has to be turned away. */
  areTakenFor(requester: string): boolean {
    const size = this.areWanted ? Math.ceil(this.size / 2) : this.size;
    if (this.used < size) return false;
    return this.counts.has(requester) || this.used >= this.size + this.spare;
  }

  /** Takes `change` places more; a negative one gives them back. */
  count(requester: string, change: 1 | -1): void {
    this.used += change;
    const count = (this.counts.get(requester) ?? 0) + change;
    if (count > 0) this.counts.set(requester, count);
    else this.counts.delete(requester);
  }
}

/** One requester's place, taken or not. */
export class Place {
  private taken = false;

  constructor(
    private readonly places: Places,
    readonly requester: string,
  ) {}

  get isTaken(): boolean {
    return this.taken;
  }

  /** Takes it, if it is not taken yet. */
  take(): void {
    if (!this.taken) this.places.count(this.requester, 1);
    this.taken = true;
  }

  /** Gives it back, if it was taken. */
  leave(): void {
    if (this.taken) this.places.count(this.requester, -1);
    this.taken = false;
  }
}
