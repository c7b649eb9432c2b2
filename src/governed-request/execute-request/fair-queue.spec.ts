import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { FairQueue, type Turn, type TurnBounds } from './fair-queue.js';

interface Numbered extends Turn {
  /** In the order of arrival. */
  readonly number: number;
  /** Number of the first one since when its requester has waited without a break. */
  readonly spell: number;
}

const MANY = { total: 100, perAgent: 100, perRequester: 100 };

const turns = (...requesters: readonly string[]): readonly Numbered[] =>
  requesters.map((requester, number) => ({
    number,
    spell: 0,
    requester,
    agent: 'main',
    session: null,
  }));

function queueOf(bounds: TurnBounds, waiting: readonly Numbered[]): FairQueue<Numbered> {
  const queue = new FairQueue<Numbered>(bounds);
  for (const turn of waiting) queue.add(turn);
  return queue;
}

/** The numbers in the order in which they are taken, each given back before the next is taken. */
function drained(queue: FairQueue<Numbered>): readonly number[] {
  const order: number[] = [];
  for (let turn = queue.take(); turn; turn = queue.take()) {
    order.push(turn.number);
    queue.release(turn);
  }
  return order;
}

describe('Requesters that wait', () => {
  it('take turns, however many of one came first', () => {
    expect(drained(queueOf(MANY, turns('ada', 'ada', 'ada', 'bob', 'cleo', 'bob')))).toEqual([
      0, 3, 4, 1, 5, 2,
    ]);
  });

  it('go behind those who wait when they come again', () => {
    const queue = queueOf(MANY, turns('ada', 'bob'));
    expect(queue.take()?.number).toBe(0);
    queue.add({ ...turns('ada')[0]!, number: 9 });
    expect(drained(queue)).toEqual([1, 9]);
  });

  it('do not wait for an agent that others want and that has no room', () => {
    const [first, second, third] = turns('ada', 'ada', 'bob');
    const queue = queueOf({ ...MANY, perAgent: 1 }, [first!, second!, { ...third!, agent: 'ops' }]);
    expect([queue.take(), queue.take(), queue.take()].map((turn) => turn?.number)).toEqual([
      0,
      2,
      undefined,
    ]);
    queue.release(first!);
    expect(queue.take()?.number).toBe(1);
  });

  it('keep their turn while their agent has no room, and get it before the others then', () => {
    const [busy, waits, other, later] = turns('cleo', 'ada', 'bob', 'bob');
    const queue = queueOf({ ...MANY, perAgent: 1 }, [busy!]);
    queue.take();
    for (const turn of [waits!, { ...other!, agent: 'ops' }, later!]) queue.add(turn);
    expect(queue.take()?.number).toBe(2);
    queue.release(busy!);
    expect(queue.take()?.number).toBe(1);
  });

  it('have one turn at a time in one conversation', () => {
    const [first, second, third] = turns('ada', 'bob', 'ada').map((turn) => ({
      ...turn,
      session: turn.number < 2 ? 'shared' : null,
    }));
    const queue = queueOf(MANY, [first!, second!, third!]);
    expect([queue.take(), queue.take(), queue.take()].map((turn) => turn?.number)).toEqual([
      0,
      2,
      undefined,
    ]);
    queue.release(first!);
    expect(queue.take()?.number).toBe(1);
  });

  it('are let go when they do not want their turn any more', () => {
    const waiting = turns('ada', 'ada', 'bob');
    const queue = queueOf(MANY, waiting);
    queue.drop(waiting[0]!);
    queue.drop(waiting[0]!);
    expect([queue.waiting, queue.placeOf(waiting[0]!)]).toEqual([2, null]);
    queue.drop(waiting[2]!);
    expect(drained(queue)).toEqual([1]);
  });
});

const bound = fc.integer({ min: 1, max: 4 });
const anyBounds = fc.record({ total: bound, perAgent: bound, perRequester: bound });
const anyTurn = fc.record({
  requester: fc.constantFrom('ada', 'bob', 'cleo'),
  agent: fc.constantFrom('main', 'ops'),
  session: fc.constantFrom(null, null, 'one', 'two'),
});
/** Somebody comes, somebody's turn ends, somebody does not want to wait any more. */
type Act =
  | { readonly kind: 'come'; readonly turn: Turn }
  | { readonly kind: 'end' | 'leave'; readonly at: number };
const anyAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: anyTurn.map((turn) => ({ kind: 'come' as const, turn })) },
  { weight: 3, arbitrary: fc.nat(3).map((at) => ({ kind: 'end' as const, at })) },
  { weight: 1, arbitrary: fc.nat(5).map((at) => ({ kind: 'leave' as const, at })) },
);
const anyActs: fc.Arbitrary<readonly Act[]> = fc.array(anyAct, { maxLength: 60, size: 'max' });

/** Plays acts on a queue beside plain lists of what waits and what has its turn; whoever can be taken is taken at once. */
class Played {
  readonly queue: FairQueue<Numbered>;
  waiting: readonly Numbered[] = [];
  running: readonly Numbered[] = [];
  readonly takes: { readonly turn: Numbered; readonly waitedFor: readonly Numbered[] }[] = [];
  /** Whether everything went as the plain lists have it. */
  isTrue = true;
  private came = 0;

  constructor(readonly bounds: TurnBounds) {
    this.queue = new FairQueue(bounds);
  }

  play(act: Act): void {
    if (act.kind === 'come') this.come(act.turn);
    if (act.kind === 'end') this.end(this.running[act.at % this.running.length]);
    if (act.kind === 'leave') this.leave(this.waiting[act.at % this.waiting.length]);
    while (this.take());
    this.isTrue &&=
      this.queue.waiting === this.waiting.length && this.queue.running === this.running.length;
  }

  end(turn: Numbered | undefined): void {
    if (!turn) return;
    this.queue.release(turn);
    this.running = without(this.running, turn);
  }

  hasRoomFor({ requester, agent, session }: Turn): boolean {
    const { total, perAgent, perRequester } = this.bounds;
    const count = (fits: (turn: Numbered) => boolean) => this.running.filter(fits).length;
    return (
      this.running.length < total &&
      count((turn) => turn.agent === agent) < perAgent &&
      count((turn) => turn.requester === requester) < perRequester &&
      (session === null || count((turn) => turn.session === session) === 0)
    );
  }

  private come(turn: Turn): void {
    const own = this.waiting.find(({ requester }) => requester === turn.requester);
    const numbered = { ...turn, number: this.came, spell: own?.spell ?? this.came };
    this.came += 1;
    this.queue.add(numbered);
    this.waiting = [...this.waiting, numbered];
  }

  private leave(turn: Numbered | undefined): void {
    if (!turn) return;
    this.queue.drop(turn);
    this.waiting = without(this.waiting, turn);
  }

  private take(): boolean {
    const couldGo = this.waiting.filter((turn) => this.hasRoomFor(turn));
    const turn = this.queue.take();
    this.isTrue &&= turn === null ? couldGo.length === 0 : couldGo.includes(turn);
    if (turn === null) return false;
    this.takes.push({ turn, waitedFor: couldGo });
    this.waiting = without(this.waiting, turn);
    this.running = [...this.running, turn];
    return true;
  }
}

const without = <T>(list: readonly T[], one: T): readonly T[] =>
  list.filter((other) => other !== one);

/** Requesters who took two turns while another one waited and had room all the time. */
function passedTwice(takes: Played['takes']): readonly string[] {
  const passedBy = new Map<number, Set<string>>();
  const faults: string[] = [];
  for (const { turn, waitedFor } of takes) {
    const waited = new Set(waitedFor.map(({ spell }) => spell));
    waited.delete(turn.spell);
    for (const spell of passedBy.keys()) if (!waited.has(spell)) passedBy.delete(spell);
    for (const spell of waited) {
      const others = passedBy.get(spell) ?? new Set();
      if (others.has(turn.requester)) faults.push(turn.requester);
      passedBy.set(spell, others.add(turn.requester));
    }
  }
  return faults;
}

/** Whatever the bounds and whoever comes. */
function itHolds(check: (played: Played, acts: readonly Act[]) => void): void {
  fc.assert(
    fc.property(anyBounds, anyActs, (bounds, acts) => check(new Played(bounds), acts)),
    { numRuns: 100 },
  );
}

describe('A fair queue', () => {
  it('gives a turn only to one who has room, and leaves nobody waiting who has', () => {
    itHolds((played, acts) => {
      for (const act of acts) played.play(act);
      expect(played.isTrue).toBe(true);
    });
  });

  it('takes the oldest of a requester that has room', () => {
    itHolds((played, acts) => {
      for (const act of acts) played.play(act);
      const later = played.takes.filter(({ turn, waitedFor }) =>
        waitedFor.some(
          ({ requester, number }) => requester === turn.requester && number < turn.number,
        ),
      );
      expect(later).toEqual([]);
    });
  });

  it('lets nobody who has room wait for a second turn of another requester', () => {
    itHolds((played, acts) => {
      for (const act of acts) played.play(act);
      expect(passedTwice(played.takes)).toEqual([]);
    });
  });

  it('gives everybody a turn in the end', () => {
    itHolds((played, acts) => {
      for (const act of acts) played.play(act);
      while (played.running.length > 0) {
        played.end(played.running[0]);
        played.play({ kind: 'end', at: 0 });
      }
      expect(played.waiting).toEqual([]);
    });
  });

  it('tells everybody’s place in the order in which they would be taken', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('ada', 'bob', 'cleo', 'dan')),
        fc.nat(5),
        (names, ran) => {
          const waiting = turns(...names);
          const queue = queueOf(MANY, waiting);
          const gone = Array.from({ length: ran }, () => queue.take());
          const places = waiting
            .filter((turn) => !gone.includes(turn))
            .map((turn) => [turn.number, queue.placeOf(turn)] as const)
            .toSorted(([, one], [, other]) => (one ?? 0) - (other ?? 0));
          expect(places).toEqual(drained(queue).map((number, index) => [number, index + 1]));
        },
      ),
    );
  });
});
