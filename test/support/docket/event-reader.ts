import { Agent, EventSource } from 'undici';
import { z } from 'zod';
import { eventSchemas } from '../../../src/governed-request/governed-request.events.js';
import { loggedEvent, type LoggedEvent } from '../../../src/views/event-log/logged-event.js';

const headers = z.record(z.string(), z.string());
const eventMessage = z.object({ data: z.string(), lastEventId: z.string() });

/** A client of server-sent events as browsers have it: it comes back by itself when its stream ends. */
export interface EventReader {
  /** What it was given so far. */
  readonly events: readonly LoggedEvent[];
  /** How often its stream began. */
  readonly beginnings: number;
  /** Whether it has given up, as an answer other than a stream tells it to. */
  readonly isOver: boolean;
  close(): Promise<void>;
}

/** Follows a stream under a key. */
export function readEvents(address: string, key: string): EventReader {
  const agent = new Agent();
  const dispatcher = agent.compose(
    (dispatch) => (options, handler) =>
      dispatch(
        {
          ...options,
          headers: { ...headers.parse(options.headers), authorization: `Bearer ${key}` },
        },
        handler,
      ),
  );
  const source = new EventSource(address, { node: { dispatcher, reconnectionTime: 1 } });
  const events: LoggedEvent[] = [];
  let beginnings = 0;
  source.addEventListener('open', () => (beginnings += 1));
  for (const type of Object.keys(eventSchemas)) {
    source.addEventListener(type, (message) => {
      const { data, lastEventId } = eventMessage.parse(message);
      const event = loggedEvent.parse(JSON.parse(data));
      if (event.position !== lastEventId || event.type !== type)
        throw new Error('It is mislabelled.');
      events.push(event);
    });
  }
  return {
    events,
    get beginnings() {
      return beginnings;
    },
    get isOver() {
      return source.readyState === source.CLOSED;
    },
    async close() {
      source.close();
      await agent.destroy();
    },
  };
}
