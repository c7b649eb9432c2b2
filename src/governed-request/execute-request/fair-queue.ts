/** What waits for a turn, and what its turn takes up. */
export interface Turn {
  readonly requester: string;
  readonly agent: string;
  /** The conversation that it takes part in and that has one turn at a time; `null` when it takes part in none. */
  readonly session: string | null;
}

/** How many turns are taken at the same time, 1 or more each. */
export interface TurnBounds {
  readonly total: number;
  readonly perAgent: number;
  readonly perRequester: number;
}

/**
 * Whose turn it is: requesters take turns round robin, each with its oldest one whose agent and session have room. A
 * requester that gets a turn goes behind all others, so that nobody waits for more than one turn of each other requester.
 */
export class FairQueue<T extends Turn> {
  /** What waits, by requester; requesters in the order of their turns, and each one's oldest first. */
  private readonly lines = new Map<string, T[]>();
  private readonly requesters = new Tally();
  private readonly agents = new Tally();
  private readonly sessions = new Tally();
  private taken = 0;
  private size = 0;

  constructor(private readonly bounds: TurnBounds) {}

  /** Turns that are taken and not given back. */
  get running(): number {
    return this.taken;
  }

  /** How many wait. */
  get waiting(): number {
    return this.size;
  }

  add(turn: T): void {
    const line = this.lines.get(turn.requester);
    if (line) line.push(turn);
    else this.lines.set(turn.requester, [turn]);
    this.size += 1;
  }

  /** The next one, which has its turn from now on; `null` when nobody waits who has room. */
  take(): T | null {
    if (this.taken >= this.bounds.total) return null;
    for (const [requester, line] of this.lines) {
      if (this.requesters.of(requester) >= this.bounds.perRequester) continue;
      const turn = line.find((one) => this.hasRoom(one));
      if (turn) return this.taking(turn, line);
    }
    return null;
  }

  /** Gives back the turn of one that was taken. */
  release({ requester, agent, session }: T): void {
    this.taken -= 1;
    this.requesters.remove(requester);
    this.agents.remove(agent);
    if (session !== null) this.sessions.remove(session);
  }

  /** Lets one go that waits; nothing happens when it does not. */
  drop(turn: T): void {
    const line = this.lines.get(turn.requester);
    const at = line?.indexOf(turn) ?? -1;
    if (!line || at === -1) return;
    line.splice(at, 1);
    this.size -= 1;
    if (line.length === 0) this.lines.delete(turn.requester);
  }

  /**
   * Its place among all that wait, from 1, in the order in which they would be taken if there were room for every
   * agent and session; `null` when it does not wait. Costs a step for each requester and for each of its own before it.
   */
  placeOf(turn: T): number | null {
    const ownBefore = this.lines.get(turn.requester)?.indexOf(turn) ?? -1;
    if (ownBefore === -1) return null;
    let before = ownBefore;
    let isEarlier = true;
    for (const [requester, line] of this.lines) {
      if (requester === turn.requester) isEarlier = false;
      else before += Math.min(line.length, isEarlier ? ownBefore + 1 : ownBefore);
    }
    return before + 1;
  }

  private hasRoom({ agent, session }: T): boolean {
    if (this.agents.of(agent) >= this.bounds.perAgent) return false;
    return session === null || this.sessions.of(session) === 0;
  }

  private taking(turn: T, line: T[]): T {
    this.drop(turn);
    this.taken += 1;
    this.requesters.add(turn.requester);
    this.agents.add(turn.agent);
    if (turn.session !== null) this.sessions.add(turn.session);
    // Behind all others, unless nothing of this requester waits any more.
    if (this.lines.delete(turn.requester)) this.lines.set(turn.requester, line);
    return turn;
  }
}

/** Counts by name, and forgets names that come to none. */
class Tally {
  private readonly counts = new Map<string, number>();

  of(name: string): number {
    return this.counts.get(name) ?? 0;
  }

  add(name: string): void {
    this.counts.set(name, this.of(name) + 1);
  }

  remove(name: string): void {
    const left = this.of(name) - 1;
    if (left > 0) this.counts.set(name, left);
    else this.counts.delete(name);
  }
}
