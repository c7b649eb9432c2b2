import type { Fault, FaultKind } from './schedule.js';

/** How a server acts out the faults that it offers; each resolves once the fault is over. */
export type Acts = Readonly<Partial<Record<FaultKind, (fault: Fault) => Promise<void> | void>>>;

export async function actOut(acts: Acts, fault: Fault): Promise<void> {
  const act = acts[fault.kind];
  if (act === undefined) throw new Error(`This server does not act out ${fault.kind}.`);
  await act(fault);
}

/** One thing at a time can happen to a process: what begins meanwhile waits. */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  take(happens: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(happens);
    return this.#last;
  }
}
