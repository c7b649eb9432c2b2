import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStore } from '../event-store/event-store.js';
import { EVENT_STORE } from '../runtime/injection.js';
import { traceOf } from '../views/request-trace/evolve-trace.js';
import type { Trace } from '../views/request-trace/trace.js';
import { versionsOf } from '../views/request-trace/versions/content-versions.js';
import { withPlace } from '../views/request-trace/with-place.js';
import { Executions } from './execute-request/executions.js';
import { decode, streamOf } from './governed-request.codec.js';
import type { RecordedEvent } from './recorded-event.js';
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

  /** The trace once the request rests or waits for people, or as it is after `wait` milliseconds, or when the caller has `gone`. */
  async after({ id, written }: Handled, wait: number, gone?: AbortSignal): Promise<Progress> {
    if (wait === 0 && written[0]?.version === 0) return this.progress(written);
    const until = performance.now() + wait;
    for (;;) {
      await this.executions.settled(id, until - performance.now(), gone);
      const events = (await this.store.readStream(streamOf(id))).map(decode);
      const left = until - performance.now();
      const progress = this.progress(events);
      const isInVain = this.executions.isStopping || gone?.aborted === true;
      if (!progress.running || left <= 0 || isInVain) return progress;
      await sleep(Math.min(POLL, left));
    }
  }

  private progress(events: readonly RecordedEvent[]): Progress {
    const trace = traceOf(events);
    if (!trace) throw new Refused('request-not-found', 'There is no such request.');
    const running = RUNNING.has(trace.status);
    return { trace: withPlace(trace, this.executions, versionsOf(events)), running };
  }
}

const RUNNING: ReadonlySet<Trace['status']> = new Set([
  'submitted',
  'classified',
  'approved',
  'executing',
]);
