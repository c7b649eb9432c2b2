import { Database } from './database.js';
import type { Member, NodeState } from './membership.js';
import type { LogRecord } from './scripted-log.js';
import { ScriptedEventStoreDb } from './scripted-server.js';
import type { ScriptedServerOptions } from './server-options.js';

/**
 * Nodes that share one log, of which one leads. A leader that goes away leaves the others without one, all of them not
 * ready, until it comes back or another is elected.
 */
export class ScriptedCluster {
  readonly #database = new Database();
  readonly #nodes: ScriptedEventStoreDb[] = [];
  #leader: ScriptedEventStoreDb | undefined;
  #tellsMembers = true;

  static async start(size = 3, options: ScriptedServerOptions = {}): Promise<ScriptedCluster> {
    const cluster = new ScriptedCluster(options);
    for (let joined = 0; joined < size; joined += 1) await cluster.#join(options);
    cluster.#leader = cluster.#nodes[0];
    return cluster;
  }

  private constructor(private readonly options: ScriptedServerOptions) {}

  /** All nodes as seeds; without credentials, and without the file of the authority. */
  get connectionString(): string {
    const hosts = this.#nodes.map(({ port }) => `127.0.0.1:${port}`).join();
    return `esdb://${hosts}?tls=${this.options.tls !== undefined}`;
  }

  get nodes(): readonly ScriptedEventStoreDb[] {
    return this.#nodes;
  }

  /** The node that leads, unless it is down. */
  get leader(): ScriptedEventStoreDb | undefined {
    return this.#leader?.isUp ? this.#leader : undefined;
  }

  get followers(): readonly ScriptedEventStoreDb[] {
    return this.#nodes.filter((node) => node.isUp && node !== this.leader);
  }

  /** Every record of the log that the nodes share. */
  get records(): readonly LogRecord[] {
    return this.#database.log.records;
  }

  /** From now on another node leads; it remembers no ids of what was written before. */
  elect(node: ScriptedEventStoreDb): void {
    this.#leader = node;
    this.#database.remembered.forget();
  }

  /** From now on nobody leads: every node is `unknown` to clients that look for one, and not ready. */
  loseLeader(): void {
    this.#leader = undefined;
  }

  /** As long as discovery fails, no node tells clients who is who; what they were told before stays true. */
  failDiscovery(isFailing = true): void {
    this.#tellsMembers = !isFailing;
  }

  async close(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.close()));
  }

  async #join(options: ScriptedServerOptions): Promise<void> {
    const membership = {
      tellsMembers: () => this.#tellsMembers,
      members: () => this.#members(),
    };
    this.#nodes.push(await ScriptedEventStoreDb.join(this.#database, membership, options));
  }

  #members(): readonly Member[] {
    return this.#nodes.map((node) => ({
      id: node.id,
      port: node.port,
      state: this.#stateOf(node),
      isAlive: node.isUp,
    }));
  }

  #stateOf(node: ScriptedEventStoreDb): NodeState {
    if (this.leader === undefined || !node.isUp) return 'unknown';
    return node === this.leader ? 'leader' : 'follower';
  }
}
