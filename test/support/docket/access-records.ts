import { z } from 'zod';
import {
  accessEventSchemas,
  type AccessEventData,
  type AccessEventType,
} from '../../../src/access-log/access-log.events.js';
import { loggedEvent, type LoggedEvent } from '../../../src/views/event-log/logged-event.js';
import type { Call } from './http-client.js';

const accessPage = z.object({ items: z.array(loggedEvent), nextAfter: z.string().nullable() });

/** Everything that today's access log has, asked for by the auditor; that question is in it only afterwards. */
export async function accessEvents(call: Call, query = ''): Promise<readonly LoggedEvent[]> {
  const events: LoggedEvent[] = [];
  for (let after: string | null = ''; after !== null;) {
    const behind: string = after && `&after=${after}`;
    const answer = await call('audrey', 'GET', `/v1/access?limit=500${behind}${query}`);
    const page = accessPage.parse(answer.json());
    events.push(...page.items);
    after = page.nextAfter;
  }
  return events;
}

type ByActor<T extends AccessEventType> = AccessEventData<T> & Pick<LoggedEvent, 'actor'>;

/** What was shown to whom, without what the stories themselves asked of the access log. */
export const grantedIn = (events: readonly LoggedEvent[]): ByActor<'AccessGranted'>[] =>
  events
    .filter(({ type }) => type === 'AccessGranted')
    .map(({ actor, data }) => ({ actor, ...accessEventSchemas.AccessGranted.parse(data) }))
    .filter(({ action }) => action !== 'access.read');

export const refusedIn = (events: readonly LoggedEvent[]): ByActor<'AccessRefused'>[] =>
  events
    .filter(({ type }) => type === 'AccessRefused')
    .map(({ actor, data }) => ({ actor, ...accessEventSchemas.AccessRefused.parse(data) }));
