import type { Governed } from '../governed-requests.js';
import type { Turn } from './fair-queue.js';
import type { Place } from './places.js';
import type { Allowed } from './start-execution.js';

/** A request that this process carries out, or will when its turn comes. */
export class Ticket implements Turn {
  readonly requester: string;
  readonly agent: string;
  readonly session: string | null;
  /** Whether it has its turn. */
  isRunning = false;
  private readonly ending = Promise.withResolvers<void>();

  constructor(
    readonly governed: Governed,
    request: Allowed,
    private readonly place: Place,
  ) {
    this.requester = request.requester;
    this.agent = request.agent;
    this.session = sessionOf(request);
  }

  /** Resolves when this process is done with the request. */
  get ended(): Promise<void> {
    return this.ending.promise;
  }

  end(): void {
    this.place.leave();
    this.ending.resolve();
  }
}

/**
 * The gateway runs the messages of one conversation one after the other: a second one would only hold a turn there,
 * and use up its time. A bare session key means the agent's own; direct calls of tools do not wait for each other.
 */
function sessionOf({ content, agent, sessionKey }: Allowed): string | null {
  if (content.kind !== 'chat') return null;
  return /^agent:/i.test(sessionKey) ? sessionKey : `agent:${agent}:${sessionKey}`;
}
