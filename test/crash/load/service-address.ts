import { Agent, type Dispatcher } from 'undici';

/** Where the service is, with connections of its own for each of its processes. */
export interface Service {
  readonly url: string;
  readonly dispatcher: Dispatcher;
}

/** Tells clients where the service is, and lets them wait while it is nowhere. */
export class ServiceAddress {
  #next = Promise.withResolvers<Service | null>();
  #agent: Agent | undefined;

  /** Resolves to the service as soon as it is there, or to null once there will be none any more. */
  current(): Promise<Service | null> {
    return this.#next.promise;
  }

  isAt(url: string): void {
    this.#agent = new Agent({ headersTimeout: 20_000, bodyTimeout: 20_000, connections: 64 });
    this.#next.resolve({ url, dispatcher: this.#agent });
  }

  /** Its process is gone, if clients knew of one: whoever waits for an answer gets none. */
  async isGone(): Promise<void> {
    const agent = this.#agent;
    if (!agent) return;
    this.#agent = undefined;
    this.#next = Promise.withResolvers();
    await agent.destroy();
  }

  /** Nobody needs to wait any more. */
  async close(): Promise<void> {
    this.#next.resolve(null);
    this.#next = Promise.withResolvers();
    this.#next.resolve(null);
    await this.#agent?.destroy();
  }
}
