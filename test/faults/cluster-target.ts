import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredEvent } from '../../src/event-store/event-store.js';
import { ScriptedCluster } from '../support/eventstoredb/scripted-cluster.js';
import type { ScriptedEventStoreDb } from '../support/eventstoredb/scripted-server.js';
import { actOut, Turns, type Acts } from './act-out.js';
import type { FaultTarget } from './fault-target.js';
import type { Fault } from './schedule.js';
import { actsOf, heal, processActsOf } from './scripted-acts.js';
import { recordsOf } from './scripted-records.js';

const LOOK_AGAIN_MILLISECONDS = 20;

/** How a client looks for the leader, faster than it would by itself. */
const DISCOVERY = 'maxDiscoverAttempts=4&discoveryInterval=30&gossipTimeout=1';

/** A cluster of its own in this process; faults meet the node that leads. */
export class ClusterTarget implements FaultTarget {
  readonly #turns = new Turns();
  readonly #acts: Acts;
  readonly #inTurn: Acts;
  #healing: NodeJS.Timeout | undefined;

  private constructor(private readonly cluster: ScriptedCluster) {
    const node = () => this.#node;
    this.#acts = {
      ...actsOf(node),
      'discovery-fails': async ({ milliseconds }) => {
        cluster.failDiscovery();
        await sleep(milliseconds);
        cluster.failDiscovery(false);
      },
    };
    this.#inTurn = {
      // Whoever leads goes away, and another takes over before it comes back.
      ...processActsOf(node, () => this.#elect()),
      'leader-change': () => this.#elect(),
      'no-leader': async ({ milliseconds }) => {
        cluster.loseLeader();
        await sleep(milliseconds);
        this.#elect();
      },
    };
  }

  static async start(): Promise<ClusterTarget> {
    return new ClusterTarget(await ScriptedCluster.start());
  }

  get connectionString(): string {
    return `${this.cluster.connectionString}&${DISCOVERY}`;
  }

  inflict(fault: Fault): Promise<void> {
    if (fault.kind in this.#inTurn) return this.#turns.take(() => actOut(this.#inTurn, fault));
    return actOut(this.#acts, fault);
  }

  async heal(): Promise<void> {
    this.#healing ??= setInterval(() => this.#heal(), LOOK_AGAIN_MILLISECONDS);
    this.#heal();
  }

  async records(streamPrefix: string): Promise<readonly StoredEvent[]> {
    return recordsOf(this.cluster, streamPrefix);
  }

  async close(): Promise<void> {
    clearInterval(this.#healing);
    await this.cluster.close();
  }

  /** The one that leads, or any while nobody does. */
  get #node(): ScriptedEventStoreDb {
    const node = this.cluster.leader ?? this.cluster.followers[0];
    if (node === undefined) throw new Error('No node of the cluster is up.');
    return node;
  }

  #elect(): void {
    const [next] = this.cluster.followers;
    if (next !== undefined) this.cluster.elect(next);
  }

  #heal(): void {
    this.cluster.failDiscovery(false);
    if (this.cluster.leader === undefined) this.#elect();
    for (const node of this.cluster.nodes) heal(node);
  }
}
