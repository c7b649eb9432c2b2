import type { StoredEvent } from '../../src/event-store/event-store.js';
import { ScriptedEventStoreDb } from '../support/eventstoredb/scripted-server.js';
import { actOut, Turns, type Acts } from './act-out.js';
import type { FaultTarget } from './fault-target.js';
import type { Fault } from './schedule.js';
import { actsOf, heal, processActsOf } from './scripted-acts.js';
import { recordsOf } from './scripted-records.js';

/** An append that was to be shown by halves may arrive when everything else is over. */
const LOOK_AGAIN_MILLISECONDS = 20;

/** A server of its own in this process. */
export class ScriptedTarget implements FaultTarget {
  readonly #turns = new Turns();
  readonly #acts: Acts;
  readonly #processActs: Acts;
  #healing: NodeJS.Timeout | undefined;

  private constructor(private readonly server: ScriptedEventStoreDb) {
    this.#acts = actsOf(() => server);
    this.#processActs = processActsOf(() => server);
  }

  static async start(): Promise<ScriptedTarget> {
    return new ScriptedTarget(await ScriptedEventStoreDb.start());
  }

  get connectionString(): string {
    return this.server.connectionString;
  }

  inflict(fault: Fault): Promise<void> {
    if (fault.kind in this.#processActs) {
      return this.#turns.take(() => actOut(this.#processActs, fault));
    }
    return actOut(this.#acts, fault);
  }

  async heal(): Promise<void> {
    this.#healing ??= setInterval(() => heal(this.server), LOOK_AGAIN_MILLISECONDS);
    heal(this.server);
  }

  async records(streamPrefix: string): Promise<readonly StoredEvent[]> {
    return recordsOf(this.server, streamPrefix);
  }

  async close(): Promise<void> {
    clearInterval(this.#healing);
    await this.server.close();
  }
}
