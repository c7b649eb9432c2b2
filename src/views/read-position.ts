import { Inject, Injectable } from '@nestjs/common';
import type { EventStore, Position } from '../event-store/event-store.js';
import { Problem } from '../http/problem.js';
import { EVENT_STORE } from '../runtime/injection.js';
import { Projector } from './projector/projector.js';

const PATIENCE = 5_000;

/** Lets callers read their own writes: a query can wait for the position of a command (`minPosition`). */
@Injectable()
export class ReadPosition {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly projector: Projector,
  ) {}

  /**
   * Resolves once the view has reached `position`, at once without one. Throws a problem for a position that no event
   * has yet, and `ViewBehind` after five seconds.
   */
  async reached(view: string, position: Position | undefined): Promise<void> {
    if (position === undefined) return;
    const head = await this.store.head();
    if (head === null || position > head) {
      throw new Problem('invalid-position', `The log has no event at position ${position} yet.`, {
        errors: [{ path: 'minPosition', message: 'beyond the end of the log' }],
      });
    }
    await this.projector.waitFor(position, PATIENCE, view);
  }
}
