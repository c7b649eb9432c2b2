import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { request, type Dispatcher } from 'undici';
import { z } from 'zod';
import { openEventStore } from '../open-stores.js';
import { streamOf } from '../governed-request/governed-request.codec.js';
import type { Configuration } from '../runtime/configuration.js';
import { loggedEvent, loggedEventOf, type LoggedEvent } from '../views/event-log/logged-event.js';
import { CommandFailed } from './command-failed.js';

const page = z.object({ items: z.array(loggedEvent) });
/** What a header can carry; undici's own error would come with its stack. */
const KEY = /^[!-~]+$/;

const problem = z.object({ detail: z.string() });

/** Reads one request's events out of the data directory, which no service may use meanwhile. */
export async function eventsFromStore(
  configuration: Configuration,
  id: string,
): Promise<readonly LoggedEvent[]> {
  refuseMissingStore(configuration);
  const store = await openEventStore(configuration);
  try {
    return (await store.readStream(streamOf(id))).map(loggedEventOf);
  } finally {
    await store.close();
  }
}

/** Commands that only read do not create an empty log where there is none. */
export function refuseMissingStore({ eventStore, dataDir }: Configuration): void {
  if (eventStore !== 'sqlite' || existsSync(join(dataDir, 'events.db'))) return;
  throw new CommandFailed(`There is no event log in ${dataDir}; set DOCKET_DATA_DIR.`);
}

/** Asks a running service for one request's events. */
export async function eventsFromService(
  url: string,
  key: string | undefined,
  id: string,
): Promise<readonly LoggedEvent[]> {
  const address = new URL(`/v1/requests/${encodeURIComponent(id)}/events`, url);
  return page.parse(JSON.parse(await textFrom(address, key))).items;
}

/** The text of a service's answer; throws `CommandFailed` with what the service says is wrong. */
const textFrom = async (address: URL, key: string | undefined): Promise<string> =>
  (await bodyFrom(address, key)).text();

/** What a call is for. */
interface Asking {
  readonly method: 'GET' | 'POST';
  /** Whose key it takes, for the caller who has set none. */
  readonly whose: string;
}

/** The same as a stream. */
export async function bodyFrom(
  address: URL,
  key: string | undefined,
  { method, whose }: Asking = { method: 'GET', whose: 'an auditor’s' },
): Promise<Dispatcher.ResponseData['body']> {
  if (!key) throw new CommandFailed(`Set DOCKET_KEY to ${whose} key.`);
  if (!KEY.test(key)) throw new CommandFailed('DOCKET_KEY has characters that no key has.');
  const { statusCode, body } = await request(address, {
    method,
    headers: { authorization: `Bearer ${key}` },
  });
  if (statusCode === 200) return body;
  const told = problem.safeParse(parsed(await body.text())).data?.detail;
  throw new CommandFailed(`The service answered ${statusCode}: ${told ?? 'no reason was given'}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
