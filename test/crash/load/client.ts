import { setTimeout as sleep } from 'node:timers/promises';
import { request, type Dispatcher } from 'undici';
import type { Identity, Keys } from '../../support/docket/identities.js';
import type { Answer, Ask } from '../records.js';
import { askOverHttp } from './ask-over-http.js';
import type { Notes } from './notes.js';
import type { Service, ServiceAddress } from './service-address.js';

const UNAVAILABLE = 503;
const PAUSE = 60;

/** Asks the service over HTTP as services and people do, and notes every call with what came back of it. */
export class Client {
  constructor(
    private readonly address: ServiceAddress,
    private readonly keys: Keys,
    private readonly notes: Notes,
  ) {}

  /** Asks once; null when no answer came, or the test is over. */
  async once(as: Identity, ask: Ask, prefer = 'wait=0'): Promise<Answer | null> {
    const service = await this.address.current();
    if (!service) return null;
    const answer = await this.#ask(service, as, ask, prefer);
    const { exchanges, round, now } = this.notes;
    // The events themselves are noted by who reads them.
    const noted = answer && ask.kind === 'follow' ? { ...answer, body: undefined } : answer;
    exchanges.push({ round: round(), as, ask, answer: noted, at: now() });
    return answer;
  }

  /** Asks the same until it is answered in full, whatever happens to the service; null when the test is over. */
  async insist(as: Identity, ask: Ask, prefer?: string): Promise<Answer | null> {
    while ((await this.address.current()) !== null) {
      const answer = await this.once(as, ask, prefer);
      if (answer && answer.status !== UNAVAILABLE && answer.body !== undefined) return answer;
      await sleep(PAUSE);
    }
    return null;
  }

  async #ask(service: Service, as: Identity, ask: Ask, prefer: string): Promise<Answer | null> {
    const { method, path, headers, body } = askOverHttp(ask, prefer);
    const asked = request(service.url + path, {
      method,
      body,
      headers: { ...headers, authorization: `Bearer ${this.keys[as]}` },
      dispatcher: service.dispatcher,
    });
    setImmediate(() => this.notes.reached('request-sent'));
    try {
      return await this.#received(await asked);
    } catch {
      return null;
    }
  }

  async #received({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<Answer> {
    this.notes.reached('answer-begun');
    const location = typeof headers.location === 'string' ? headers.location : null;
    return { status: statusCode, location, body: await body.json().catch(() => undefined) };
  }
}
