import { Server, ServerCredentials, type ServerWritableStream } from '@grpc/grpc-js';
import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { handleAppend, type AppendContext } from './append-handler.js';
import { Faults, type AppendFault } from './faults.js';
import { readOneStream, readWholeLog } from './read-handler.js';
import { rpcErrors } from './rpc-errors.js';
import { ScriptedLog, type LogRecord } from './scripted-log.js';
import { supportedMethods } from './server-features.js';
import { followWholeLog } from './subscription-handler.js';
import { Wire } from './wire.js';

/** As many calls as a real node lets run at once on one connection. */
const MAX_CONCURRENT_CALLS = 100;

/**
 * A stand-in for an EventStoreDB 23.10 node with insecure transport, in this process: it speaks the real protocol
 * through the client package's own stubs, answers as a real node was observed to, and fails when it is told to.
 */
export class ScriptedEventStoreDb {
  readonly #log = new ScriptedLog();
  readonly #faults = new Faults();
  readonly #subscribers = new Set<AbortController>();
  readonly #remembered = new Set<string>();
  readonly #server = new Server({ 'grpc.max_concurrent_streams': MAX_CONCURRENT_CALLS });
  #wire: Wire | undefined;
  #appendCalls = 0;

  static async start(): Promise<ScriptedEventStoreDb> {
    const server = new ScriptedEventStoreDb();
    await server.#listen();
    return server;
  }

  get connectionString(): string {
    return `esdb://127.0.0.1:${this.wire.port}?tls=false`;
  }

  /** The network in front of the server: cut it, silence it, slow it down. */
  get wire(): Wire {
    if (this.#wire === undefined) throw new Error('The server does not listen.');
    return this.#wire;
  }

  /** Every record of the log, of every application. */
  get records(): readonly LogRecord[] {
    return this.#log.records;
  }

  /** How many append calls have arrived, answered or not. */
  get appendCalls(): number {
    return this.#appendCalls;
  }

  get subscriberCount(): number {
    return this.#subscribers.size;
  }

  /** Goes away as a killed process does; the log is kept. */
  async stop(): Promise<void> {
    await this.wire.down();
    // A restarted node knows repeated ids only by the place they were written to.
    this.#remembered.clear();
  }

  /** Comes back on the same port with the same log. */
  async startAgain(): Promise<void> {
    await this.wire.up();
  }

  failAppends(fault: AppendFault, times = 1): void {
    this.#faults.orderAppend(fault, times);
  }

  /** Answers the next call that it is another node which leads. */
  redirectNextCall(): void {
    this.#faults.orderRefusal(rpcErrors.notLeader('127.0.0.1', this.wire.port));
  }

  /** Refuses everybody everything, until told otherwise. */
  denyAccess(isDenied = true): void {
    this.#faults.standing = isDenied ? rpcErrors.accessDenied() : undefined;
  }

  /** Drops every subscriber as a node drops one that is too slow. */
  dropSubscribers(): void {
    for (const subscriber of this.#subscribers) subscriber.abort(rpcErrors.tooSlow());
  }

  /** Goes back to the first `length` records of the log, as a node restored from a backup. */
  setBack(length: number): void {
    this.#log.setBack(length);
  }

  deleteStream(name: string): void {
    const stream = this.#log.stream(name);
    if (stream) stream.deletion = 'soft';
  }

  tombstoneStream(name: string): void {
    const stream = this.#log.stream(name);
    if (stream) stream.deletion = 'tombstone';
  }

  /** Another application writes to its own stream. */
  writeForeign(count: number): void {
    for (let written = 0; written < count; written += 1) {
      this.#log.append('orders-foreign', [
        {
          id: crypto.randomUUID(),
          type: 'OrderPlaced',
          contentType: 'application/json',
          data: Buffer.from('{}'),
          metadata: new Uint8Array(),
        },
      ]);
    }
  }

  async close(): Promise<void> {
    await this.wire.down();
    this.#server.forceShutdown();
  }

  async #listen(): Promise<void> {
    this.#server.addService(featuresGrpc.ServerFeaturesService, {
      getSupportedMethods: (_call: unknown, answer: (error: null, value: unknown) => void) =>
        answer(null, supportedMethods()),
    });
    this.#server.addService(streamsGrpc.StreamsService, {
      append: (...[call, answer]: HandlerArguments) => {
        this.#appendCalls += 1;
        handleAppend(this.#appendContext, call, answer);
      },
      read: (call: ReadCall) => void this.#read(call),
    });
    const port = await new Promise<number>((resolve, reject) => {
      const insecure = ServerCredentials.createInsecure();
      this.#server.bindAsync('127.0.0.1:0', insecure, (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    this.#wire = await Wire.inFrontOf(port);
  }

  get #appendContext(): AppendContext {
    return {
      log: this.#log,
      faults: this.#faults,
      remembered: this.#remembered,
      cutConnections: () => this.wire.cut(),
    };
  }

  async #read(call: ReadCall): Promise<void> {
    try {
      const refusal = this.#faults.nextRefusal();
      if (refusal) throw refusal;
      await this.#answerRead(call);
      call.end();
    } catch (error) {
      call.emit('error', error);
    }
  }

  async #answerRead(call: ReadCall): Promise<void> {
    const options = call.request.getOptions();
    if (options === undefined) throw rpcErrors.handlerFailed();
    if (options.hasStream()) return readOneStream(this.#log, call, options);
    if (!options.hasSubscription()) return readWholeLog(this.#log, call, options);
    const subscriber = new AbortController();
    this.#subscribers.add(subscriber);
    try {
      await followWholeLog(this.#log, call, options, subscriber.signal);
    } finally {
      this.#subscribers.delete(subscriber);
    }
  }
}

type ReadCall = ServerWritableStream<ReadReq, ReadResp>;
type HandlerArguments = [Parameters<typeof handleAppend>[1], Parameters<typeof handleAppend>[2]];
