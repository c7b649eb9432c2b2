import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '@grpc/grpc-js';
import { Database } from './database.js';
import { Endpoint } from './endpoint.js';
import { Faults, type AppendFault } from './faults.js';
import type { Member, Membership } from './membership.js';
import type { Node } from './node.js';
import { rpcErrors } from './rpc-errors.js';
import type { LogRecord } from './scripted-log.js';
import { usersOf, type KillOptions, type ScriptedServerOptions } from './server-options.js';
import { addServices } from './services.js';
import { Subscribers } from './subscribers.js';
import type { Users } from './users.js';
import type { Wire } from './wire.js';

/**
 * A stand-in for an EventStoreDB 23.10 node, in this process: it speaks the real protocol through the client package's
 * own stubs, answers as a real node was observed to, and fails when it is told to.
 */
export class ScriptedEventStoreDb {
  readonly id = crypto.randomUUID();
  readonly #faults = new Faults();
  readonly #subscribers = new Subscribers();
  readonly #users: Users;
  readonly #membership: Membership;
  #endpoint: Endpoint | undefined;
  #appendCalls = 0;
  #isUp = true;

  static async start(options: ScriptedServerOptions = {}): Promise<ScriptedEventStoreDb> {
    const server = new ScriptedEventStoreDb(new Database(), options);
    await server.#open();
    return server;
  }

  /** Starts a node of a cluster. */
  static async join(
    database: Database,
    membership: Membership,
    options: ScriptedServerOptions,
  ): Promise<ScriptedEventStoreDb> {
    const server = new ScriptedEventStoreDb(database, options, membership);
    await server.#open();
    return server;
  }

  private constructor(
    private readonly database: Database,
    private readonly options: ScriptedServerOptions,
    membership?: Membership,
  ) {
    this.#users = usersOf(options);
    this.#membership = membership ?? { tellsMembers: () => true, members: () => [this.#alone] };
  }

  /** Without credentials, and without the file of the authority. */
  get connectionString(): string {
    return `esdb://127.0.0.1:${this.port}?tls=${this.options.tls !== undefined}`;
  }

  get port(): number {
    return this.wire.port;
  }

  /** The network in front of the server: cut it, silence it, slow it down. */
  get wire(): Wire {
    return this.#opened.wire;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Every record of the log, of every application. */
  get records(): readonly LogRecord[] {
    return this.database.log.records;
  }

  /** How many append calls have arrived, answered or not. */
  get appendCalls(): number {
    return this.#appendCalls;
  }

  /** How many appends wait because they are held. */
  get heldAppends(): number {
    return this.database.gate.waiting;
  }

  get subscriberCount(): number {
    return this.#subscribers.size;
  }

  /** Goes away as a killed process does; the log is kept. */
  async stop({ committed = 0 }: KillOptions = {}): Promise<void> {
    const leads = this.#leads;
    this.#isUp = false;
    const down = this.#opened.down();
    if (leads) this.#settleAppends(committed);
    await down;
  }

  /**
   * Goes away as a process does that was asked to: new connections and new calls are refused at once, what runs is served
   * for `milliseconds` more, then subscriptions end without a status and the connections break.
   */
  async stopGracefully(milliseconds = 5_000, options: KillOptions = {}): Promise<void> {
    this.#opened.drain();
    await sleep(milliseconds);
    await this.stop(options);
  }

  /** Comes back on the same port with the same log. */
  async startAgain(): Promise<void> {
    await this.#opened.up();
    this.#isUp = true;
  }

  failAppends(fault: AppendFault, times = 1): void {
    this.#faults.orderAppend(fault, times);
  }

  /** Answers no append that arrives from now on, and writes none, until they are released or the server is killed. */
  holdAppends(): void {
    this.database.gate.close();
  }

  /** Carries out what was held, in order of arrival, except what its caller gave up. */
  releaseAppends(): void {
    this.database.completeSplit();
    this.database.gate.open();
  }

  /**
   * Of the next append of more than `shown` events, the whole log shows only so many, and its stream none, until
   * `releaseAppends`; until then it is not answered, and later appends wait.
   */
  splitNextAppend(shown = 1): void {
    this.#faults.orderSplit(shown);
  }

  /** Answers the next call that it is another node which leads. */
  redirectNextCall(): void {
    this.#faults.orderRefusal(rpcErrors.notLeader('127.0.0.1', this.port));
  }

  /** Refuses everybody everything, until told otherwise. */
  denyAccess(isDenied = true): void {
    this.#faults.standing = isDenied ? rpcErrors.accessDenied() : undefined;
  }

  /** Answers every call for streams that the server is not ready, until told otherwise. */
  setReady(isReady: boolean): void {
    this.#faults.isReady = isReady;
  }

  /** Drops every subscriber as a node drops one that is too slow. */
  dropSubscribers(): void {
    this.#subscribers.drop();
  }

  /** Forgets the ids of what was written, as a node does after some 100,000 further events. */
  forgetIds(): void {
    this.database.remembered.forget();
  }

  /** Goes back to the first `length` records of the log, as a node restored from a backup. */
  setBack(length: number): void {
    this.database.log.setBack(length);
  }

  deleteStream(name: string): void {
    this.database.log.delete(name);
  }

  tombstoneStream(name: string): void {
    this.database.log.tombstone(name);
  }

  /** Another application writes to its own stream. */
  writeForeign(count: number): void {
    this.database.writeForeign(count);
  }

  async close(): Promise<void> {
    this.#isUp = false;
    await this.#opened.down();
  }

  get #opened(): Endpoint {
    if (this.#endpoint === undefined) throw new Error('The server does not listen.');
    return this.#endpoint;
  }

  get #alone(): Member {
    return { id: this.id, port: this.port, state: 'leader', isAlive: true };
  }

  get #leads(): boolean {
    return this.#membership.members().some(({ id, state }) => id === this.id && state === 'leader');
  }

  #settleAppends(committed: number): void {
    this.database.completeSplit();
    this.database.gate.settle(committed, () => this.database.completeSplit());
    // A restarted node knows repeated ids only by the place they were written to.
    this.forgetIds();
  }

  async #open(): Promise<void> {
    const node: Node = {
      id: this.id,
      database: this.database,
      faults: this.#faults,
      users: this.#users,
      membership: this.#membership,
      subscribers: this.#subscribers,
      cutConnections: () => this.wire.cut(),
    };
    const countAppend = () => {
      this.#appendCalls += 1;
    };
    const serve = (server: Server) => addServices(server, node, countAppend);
    this.#endpoint = await Endpoint.open(serve, this.options.tls);
  }
}
