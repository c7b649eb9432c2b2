import type { Command } from '@nestjs/cqrs';
import { AppModule, type Adapters } from '../../../src/app.module.js';
import type { EventStore } from '../../../src/event-store/event-store.js';
import { Executions } from '../../../src/governed-request/execute-request/executions.js';
import type { Handled } from '../../../src/governed-request/governed-requests.js';
import { Sweeper } from '../../../src/governed-request/recover-requests/sweeper.js';
import { requestIdFor } from '../../../src/governed-request/submit-request/submission.js';
import { RequestProgress } from '../../../src/governed-request/request-progress.js';
import { KeyRing } from '../../../src/identity/key-ring.js';
import { Limits } from '../../../src/identity/rate-limit/limits.js';
import type { AgentGateway } from '../../../src/openclaw/agent-gateway.js';
import { createLogger } from '../../../src/runtime/logger.js';
import { RequestTraceQuery } from '../../../src/views/request-trace/request-trace.query.js';
import { Container, type Replacements, type Token } from './container.js';
import type { StoredTrace } from './expected-views.js';
import type { Profile } from './profile.js';
import type { ReplicaViews } from './replica-views.js';
import { noWebhooks } from './no-webhooks.js';
import { simulatedPolicy } from './simulated-policy.js';
import type { SimulatedProcess } from './simulated-process.js';

const log = createLogger('silent');
const keys = new KeyRing([]);
const limits = new Limits({ perIdentity: 0, failuresPerAddress: 0 }, () => 0);

export interface ReplicaOptions {
  readonly process: SimulatedProcess;
  readonly store: EventStore;
  readonly gateway: AgentGateway;
  readonly views: ReplicaViews;
  readonly profile: Profile;
  /** What stands in the place of the service's own parts, in a simulation that has to find it. */
  readonly replacements: Replacements;
}

/** Token of what gives a submission its id. */
export const REQUEST_ID: Token<typeof requestIdFor> = Symbol('RequestId');

/** The service's own ids where they follow from a key, which is all that matters of them; others come from the seed. */
const seededRequestId =
  ({ random }: SimulatedProcess): typeof requestIdFor =>
  (requester, idempotencyKey) =>
    idempotencyKey === undefined ? random.uuid() : requestIdFor(requester, idempotencyKey);

/** One Docket without its HTTP: everything behind the controllers is the service's own. */
export class Replica {
  readonly process: SimulatedProcess;
  readonly views: ReplicaViews;
  readonly #container: Container;
  #isStopping = false;

  constructor(options: ReplicaOptions) {
    this.process = options.process;
    this.views = options.views;
    const { providers = [] } = AppModule.over(adaptersOf(options));
    const requestIds = { provide: REQUEST_ID, useValue: seededRequestId(options.process) };
    const replacements = new Map([...options.views.replacements, ...options.replacements]);
    this.#container = new Container([...providers, requestIds], replacements);
  }

  /** Whether it is on its way out. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  start(): void {
    this.process.run(() => {
      this.views.start();
      this.#container.get(Sweeper).start();
    });
  }

  /** The id that a submission gets. */
  requestId(requester: string, idempotencyKey: string | undefined): string {
    return this.#container.get(REQUEST_ID)(requester, idempotencyKey);
  }

  /** Carries out a command and resolves to what its caller is answered after `wait` milliseconds at the most. */
  command(command: Command<Handled>, wait: number): Promise<StoredTrace> {
    return this.process.run(async () => {
      const handled = await this.#container.execute(command);
      return (await this.#container.get(RequestProgress).after(handled, wait)).trace;
    });
  }

  /** Resolves to what a reader is answered; null where the views do not hold the request. */
  read(id: string): Promise<StoredTrace | null> {
    return this.process.run(() => this.#container.get(RequestTraceQuery).get(id));
  }

  /** Goes in good order, as at SIGTERM. */
  stop(): Promise<void> {
    this.#isStopping = true;
    return this.process.run(async () => {
      await this.#container.get(Sweeper).stop();
      await this.#container.get(Executions).stop();
      await this.views.stop();
      this.process.die();
    });
  }
}

const adaptersOf = ({ process, store, gateway, views, profile }: ReplicaOptions): Adapters => ({
  ...views.adapters,
  eventStore: store,
  eventStoreProbe: { check: async () => void (await store.head()), statistics: null },
  gateway,
  policy: simulatedPolicy(profile),
  keys,
  tokens: null,
  limits,
  notifications: noWebhooks,
  maxViewLag: 10_000,
  execution: profile.execution,
  streams: {
    max: 1,
    maxPerIdentity: 1,
    heartbeat: 15_000,
    patience: 30_000,
    recheck: 5_000,
    retry: 2_000,
  },
  clock: { now: () => new Date(process.time()) },
  log,
});
