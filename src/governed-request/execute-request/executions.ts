import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { Logger } from 'pino';
import { setTimeout as sleep } from 'node:timers/promises';
import { EXECUTION_SETTINGS, LOGGER } from '../../runtime/injection.js';
import type { Governed } from '../governed-requests.js';
import { ExecuteRequest } from './execute-request.command.js';
import type { ExecutionSettings } from './execution-settings.js';
import { FairQueue } from './fair-queue.js';
import { GatewayCircuit } from './gateway-circuit.js';
import { Pace } from './pace.js';
import { Place, Places } from './places.js';
import { Saturated } from './saturated.js';
import { mayExecute } from './start-execution.js';
import { Ticket } from './ticket.js';

const QUEUED_PER_EXECUTION = 64;
const FINISH_WITHIN = 10_000;
/** Ends for each execution at the same time until those who are turned away find room again. */
const ENDS_UNTIL_ROOM = 8;
/** Seconds to come again after, when nothing has ended that would tell. */
const UNKNOWN_WAIT = 5;
const LONGEST_WAIT = 120;

/** The executions of this process: bounded, fair, each request at most once, and what waits for its turn. */
@Injectable()
export class Executions {
  private readonly queue: FairQueue<Ticket>;
  private readonly places: Places;
  private readonly pace = new Pace();
  private readonly tickets = new Map<string, Ticket>();
  private readonly cancelled = new AbortController();
  private stopping = false;
  private turnedAway = 0;

  constructor(
    private readonly commands: CommandBus,
    private readonly circuit: GatewayCircuit,
    @Inject(EXECUTION_SETTINGS) private readonly settings: ExecutionSettings,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    const { maxExecutions, maxExecutionsPerAgent, maxExecutionsPerRequester } = settings;
    this.places = new Places(maxExecutions * (1 + QUEUED_PER_EXECUTION), maxExecutions);
    this.queue = new FairQueue({
      total: maxExecutions,
      perAgent: maxExecutionsPerAgent,
      perRequester: maxExecutionsPerRequester,
    });
    circuit.onAdmitting(() => this.next());
  }

  /** Whether a new request of this requester has to be turned away; asked before anything is recorded. */
  isSaturatedFor(requester: string): boolean {
    return this.places.areTakenFor(requester);
  }

  /** Whether there is no room for what is on record already. */
  get isFull(): boolean {
    return this.places.areTaken;
  }

  /** What the caller of a new request is told when there is no place left for it. */
  turnAway(): Saturated {
    this.turnedAway += 1;
    return new Saturated(this.queued, this.retryAfter());
  }

  /** A place for a request that is not recorded yet: `reserve` it before, hand it to `start` behind, or leave it. */
  placeFor(requester: string): Place {
    return new Place(this.places, requester);
  }

  /** Takes the place for a new request; throws `Saturated` when there is none left. */
  reserve(place: Place): void {
    if (!place.isTaken && this.isSaturatedFor(place.requester)) throw this.turnAway();
    place.take();
  }

  /**
   * Carries out the request when its turn comes, if it may run, and looks after the place from here on. What has none
   * and finds none is left to the sweeper.
   */
  start(governed: Governed, place?: Place): void {
    const { id, request } = governed;
    if (this.stopping || this.tickets.has(id) || !mayExecute(request)) return place?.leave();
    const own = place ?? this.placeFor(request.requester);
    if (!own.isTaken && this.isFull) return this.leaveToSweeper(true);
    own.take();
    const ticket = new Ticket(governed, request, own);
    this.tickets.set(id, ticket);
    this.queue.add(ticket);
    this.next();
  }

  /** Says whether allowed requests wait for the sweeper to find a place for them here: then they have precedence. */
  leaveToSweeper(some: boolean): void {
    this.places.areWanted = some;
  }

  /** Whether this process carries the request out, or will when its turn comes. */
  has(id: string): boolean {
    return this.tickets.has(id);
  }

  /** Whether the request has its turn. */
  isRunning(id: string): boolean {
    return this.tickets.get(id)?.isRunning ?? false;
  }

  /**
   * Its place among those that wait here, from 1, as far as their order is known: agents and conversations that have
   * no room, and requesters who come, may change it. `null` when it does not wait here.
   */
  placeOf(id: string): number | null {
    const ticket = this.tickets.get(id);
    return ticket ? this.queue.placeOf(ticket) : null;
  }

  /** Lets a request go that is still waiting and may not run any more. */
  drop(id: string): void {
    const ticket = this.tickets.get(id);
    if (ticket && !ticket.isRunning) this.leave(ticket);
  }

  /** Whether nothing more is started, so that waiting for it is in vain. */
  get isStopping(): boolean {
    return this.stopping;
  }

  /** Executions under way. */
  get running(): number {
    return this.queue.running;
  }

  /** Requests that wait for their turn. */
  get queued(): number {
    return this.queue.waiting;
  }

  /** Requests that were turned away so far. */
  get saturations(): number {
    return this.turnedAway;
  }

  /** Resolves once this process is done with the request, after `wait` milliseconds, or when whoever waits has `gone`. */
  async settled(id: string, wait: number, gone?: AbortSignal): Promise<void> {
    const ticket = this.tickets.get(id);
    if (!ticket || wait <= 0 || gone?.aborted) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, wait).unref();
      gone?.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([ticket.ended, late]);
    clearTimeout(timer);
  }

  /** Leaves what waits to the sweeper, gives what runs ten seconds, then cancels it: its outcome is recorded as unknown. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.circuit.stop();
    for (const ticket of this.tickets.values()) if (!ticket.isRunning) this.leave(ticket);
    const running = Promise.all([...this.tickets.values()].map(({ ended }) => ended));
    await Promise.race([running, sleep(FINISH_WITHIN, undefined, { ref: false })]);
    this.cancelled.abort();
    await Promise.race([running, sleep(FINISH_WITHIN, undefined, { ref: false })]);
  }

  /** Gives turns to as many as may have them. */
  private next(): void {
    while (!this.stopping && this.circuit.admits) {
      const ticket = this.queue.take();
      if (!ticket) return;
      void this.execute(ticket);
    }
  }

  private async execute(ticket: Ticket): Promise<void> {
    const { governed } = ticket;
    ticket.isRunning = true;
    try {
      const command = new ExecuteRequest(governed, this.cancelled.signal);
      await this.circuit.watch(this.commands.execute(command));
    } catch (error) {
      this.log.error({ err: error, id: governed.id }, 'an execution was left to the sweeper');
    }
    this.queue.release(ticket);
    this.pace.ended(performance.now(), this.queued > 0);
    this.leave(ticket);
    this.next();
  }

  private leave(ticket: Ticket): void {
    this.queue.drop(ticket);
    this.tickets.delete(ticket.governed.id);
    ticket.end();
  }

  private retryAfter(): number {
    const ends = this.settings.maxExecutions * ENDS_UNTIL_ROOM;
    const time = this.pace.timeFor(ends, performance.now());
    if (time === null) return UNKNOWN_WAIT;
    return Math.min(Math.max(Math.ceil(time / 1_000), 1), LONGEST_WAIT);
  }
}
