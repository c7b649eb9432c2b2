import { setTimeout as sleep } from 'node:timers/promises';
import { trace, type Trace } from '../../../src/views/request-trace/trace.js';
import type { Identity } from '../../support/docket/identities.js';
import type { Random } from '../random.js';
import type { Answer } from '../records.js';
import type { Client } from './client.js';
import type { CrashRequest } from './crash-requests.js';

const LOOKS = 4;

/** One story's people, and what they do. Null stands for what was refused, or for the end of the test. */
export class StoryTeller {
  constructor(
    readonly story: string,
    readonly random: Random,
    private readonly client: Client,
  ) {}

  /** Submits under the story's key, again and again if need be, as it must be safe to do. */
  async submit(body: CrashRequest, prefer = this.#preference()): Promise<Trace | null> {
    const ask = { kind: 'submit', ...this.#named(body), key: this.story } as const;
    return traceIn(await this.client.insist('ada', { ...ask, reusesKey: false }, prefer));
  }

  /** Submits something else under the key that the story has used. */
  async reuseKey(body: CrashRequest): Promise<void> {
    const ask = { kind: 'submit', ...this.#named(body), key: this.story } as const;
    await this.client.insist('ada', { ...ask, reusesKey: true });
  }

  /** Submits without a key, so only once. */
  async submitOnce(body: CrashRequest): Promise<Trace | null> {
    const ask = { kind: 'submit', ...this.#named(body), key: null, reusesKey: false } as const;
    return traceIn(await this.client.once('ada', ask, this.#preference()));
  }

  async decide(
    as: Identity,
    decision: 'approve' | 'reject',
    { id, contentDigest }: Trace,
  ): Promise<Trace | null> {
    const ask = { kind: 'decide', id, decision, contentDigest } as const;
    const prefer = this.random.chance(0.5) ? 'wait=3' : 'wait=0';
    return traceIn(await this.client.insist(as, ask, prefer));
  }

  async withdraw({ id }: Trace): Promise<Trace | null> {
    return traceIn(await this.client.insist('ada', { kind: 'withdraw', id }));
  }

  /** Somebody finds out, or believes to. */
  async resolve({ id }: Trace): Promise<void> {
    const outcome = this.random.chance(0.5) ? 'did-run' : 'did-not-run';
    const as = this.random.chance(0.5) ? 'grace' : 'linus';
    await this.client.insist(as, { kind: 'resolve', id, outcome });
  }

  /** Reads what it was told before, and a few times more until it rests; what nobody knows is sometimes found out. */
  async follow({ id, position }: Trace): Promise<void> {
    for (let look = 0; look < LOOKS; look += 1) {
      const ask = { kind: 'read', id, minPosition: position } as const;
      const shown = traceIn(await this.client.insist('ada', ask));
      if (shown?.status === 'outcome-unknown' && this.random.chance(0.5)) await this.resolve(shown);
      if (!shown || !['classified', 'approved', 'executing'].includes(shown.status)) return;
      await sleep(this.random.between(20, 120));
    }
  }

  #named = (body: CrashRequest) => ({ story: this.story, body });

  #preference = (): string => this.random.pick({ 'respond-async': 3, 'wait=3': 2, 'wait=0': 1 });
}

const traceIn = (answer: Answer | null): Trace | null =>
  answer && answer.status < 300 ? (trace.safeParse(answer.body).data ?? null) : null;
