import { setTimeout as sleep } from 'node:timers/promises';
import { request, type Dispatcher } from 'undici';
import { loggedEvent } from '../../../src/views/event-log/logged-event.js';
import type { Keys } from '../../support/docket/identities.js';
import type { Notes } from './notes.js';
import type { Service, ServiceAddress } from './service-address.js';

const PAUSE = 20;
const AS = 'audrey';

/** An auditor who follows the log as server-sent events, and comes back behind the last of them after every kill. */
export class StreamReader {
  #lastEventId: string | null = null;
  #isOver = false;
  readonly #reading: Promise<void>;

  constructor(
    private readonly address: ServiceAddress,
    private readonly keys: Keys,
    private readonly notes: Notes,
  ) {
    this.#reading = this.#read();
  }

  /** Resolves once it has stopped, which is when the service goes or says something. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#reading;
  }

  async #read(): Promise<void> {
    while (!this.#isOver) {
      const service = await this.address.current();
      if (!service) return;
      // A stream breaks off with the process that it comes from.
      await this.#follow(service).catch(() => {});
      await sleep(PAUSE);
    }
  }

  async #follow({ url, dispatcher }: Service): Promise<void> {
    const after = this.#lastEventId;
    const answer = await request(`${url}/v1/events/stream`, {
      dispatcher,
      headers: {
        authorization: `Bearer ${this.keys[AS]}`,
        ...(after !== null && { 'last-event-id': after }),
      },
    });
    if (answer.statusCode === 200) return this.#take(answer.body);
    await this.#refused(answer, after);
  }

  async #take(body: Dispatcher.ResponseData['body']): Promise<void> {
    body.setEncoding('utf8');
    let text = '';
    for await (const chunk of body as AsyncIterable<string>) {
      const blocks = `${text}${chunk}`.split('\n\n');
      // What is not ended by an empty line has not arrived.
      text = blocks.pop() ?? '';
      for (const block of blocks) this.#note(block);
      if (this.#isOver) return;
    }
  }

  #note(block: string): void {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
    const data = field('data');
    if (data === undefined) return;
    const event = loggedEvent.parse(JSON.parse(data));
    this.#lastEventId = field('id') ?? null;
    this.notes.seen.push({ reader: 'stream', round: this.notes.round(), event });
  }

  /** Whether it had to be refused is judged as with any other call. */
  async #refused({ statusCode, body }: Dispatcher.ResponseData, after: string | null) {
    const { exchanges, round, now } = this.notes;
    const answer = { status: statusCode, location: null, body: await body.json() };
    exchanges.push({ round: round(), as: AS, ask: { kind: 'follow', after }, answer, at: now() });
    if (statusCode === 400) this.#lastEventId = null;
  }
}
