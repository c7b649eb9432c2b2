import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStore } from '../event-store/event-store.js';
import { EVENT_STORE } from '../runtime/injection.js';
import { traceOf } from '../views/request-trace/evolve-trace.js';
import type { Trace } from '../views/request-trace/trace.js';
import { Executions } from './execute-request/executions.js';
import { decode, streamOf } from './governed-request.codec.js';
import { Refused } from './refused.js';
import type { Handled } from './governed-requests.js';

const POLL = 200;

export interface Progress {
  readonly trace: Trace;
  /** Whether something still happens of itself: it neither rests nor waits for people. */
  readonly running: boolean;
}

/** How far a request has come, as its stream says, for answers that show what the caller has just done. */
@Injectable()
export class RequestProgress {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly executions: Executions,
  ) {}

  /** The trace once the request rests or waits for people, or as it is after `wait` milliseconds. */
  async after({ id, written }: Handled, wait: number): Promise<Progress> {
    const begun = wait === 0 ? wholeTrace(written) : null;
    if (begun) return { trace: begun, running: RUNNING.has(begun.status) };
    const until = Date.now() + wait;
    for (;;) {
      await this.executions.settled(id, until - Date.now());
      const trace = await this.trace(id);
      const running = RUNNING.has(trace.status);
      const left = until - Date.now();
      if (!running || left <= 0 || this.executions.isStopping) return { trace, running };
      await sleep(Math.min(POLL, left));
    }
  }

  private async trace(id: string): Promise<Trace> {
    const trace = traceOf((await this.store.readStream(streamOf(id))).map(decode));
    if (!trace) throw new Refused('request-not-found', 'There is no such request.');
    return trace;
  }
}

/** The trace of a request that is new, from what was just written, without reading it back. */
const wholeTrace = (written: Handled['written']): Trace | null =>
  written[0]?.version === 0 ? traceOf(written) : null;

const RUNNING: ReadonlySet<Trace['status']> = new Set([
  'submitted',
  'classified',
  'approved',
  'executing',
]);
