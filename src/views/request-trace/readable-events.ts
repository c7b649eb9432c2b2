import { z } from 'zod';
import type { EventStore, StoredEvent } from '../../event-store/event-store.js';
import { streamOf } from '../../governed-request/governed-request.codec.js';
import { Refused } from '../../governed-request/refused.js';
import type { Principal } from '../../identity/principal.js';
import { readsContent } from '../../identity/visibility.js';

const submitted = z.object({ requester: z.string() });

/**
 * Resolves to the events of a request, oldest first. Throws `request-not-found` also when it is somebody else's and
 * the caller may not read its content: events have no form without it.
 */
export async function readableEvents(
  store: EventStore,
  caller: Principal,
  id: string,
): Promise<readonly StoredEvent[]> {
  const events = await store.readStream(streamOf(id));
  const [first] = events;
  if (first === undefined || !readsContent(caller, requesterOf(first))) throw requestNotFound();
  return events;
}

/** Of an event that tells none, nobody is the requester: identities are not empty. */
const requesterOf = ({ data }: StoredEvent): string =>
  submitted.safeParse(JSON.parse(data)).data?.requester ?? '';

export const requestNotFound = (): Refused =>
  new Refused('request-not-found', 'There is no such request.');
