import { createHttpClient, type HttpClient } from '../../test/support/docket/http-client.js';
import type { Keys } from '../../test/support/docket/identities.js';
import { until } from '../../test/support/docket/until.js';
import type { DocketProcess } from '../docket/docket-process.js';
import { untilIdle } from '../docket/until-idle.js';
import { closedLoop } from '../traffic/closed-loop.js';
import { seededRandom } from '../traffic/random.js';
import { submissionOf } from '../traffic/submissions.js';

/** What one round came to; latencies in milliseconds. */
export interface FlatRound {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Microseconds of processor time for one request, with its execution and its share of the views. */
  readonly cpu: number;
  /** Milliseconds from the start of the service until it said that it was ready. */
  readonly ready: number;
}

export interface Driving {
  readonly settings: Readonly<Record<string, string>>;
  readonly keys: Keys;
  readonly requests: number;
  readonly connections: number;
}

/** Requests before those that are measured: the first ones read what a service that runs has long read. */
export const FIRST = 100;

/** Events of a green request, from `Submitted` to `Executed`. */
export const EVENTS_PER_REQUEST = 4;

/** Opens Docket over a store, submits green requests as fast as they are answered, and closes it. */
export async function driveRound(docket: DocketProcess, driving: Driving): Promise<FlatRound> {
  const { settings, keys, requests, connections } = driving;
  const begun = performance.now();
  const client = createHttpClient(await docket.open({ settings, latency: [0, 0] }), keys);
  await until(async () => (await client.call(null, 'GET', '/readyz')).status === 200);
  const ready = performance.now() - begun;
  await submitAll(client, FIRST, connections);
  const before = await docket.usage();
  const { perSecond, p50, p99 } = await submitAll(client, requests, connections);
  const after = await docket.usage();
  await client.close();
  await docket.close();
  return { perSecond, p50, p99, cpu: (after.cpu - before.cpu) / requests, ready };
}

/** Resolves once the requests were also executed and seen by the views. */
async function submitAll(client: HttpClient, requests: number, connections: number) {
  const random = seededRandom(requests);
  const headers = { prefer: 'respond-async' };
  const driven = await closedLoop({ requests, connections }, async () => {
    const body = submissionOf('green', random);
    const { status, text } = await client.call('ada', 'POST', '/v1/requests', { body, headers });
    if (status !== 202) throw new Error(`Docket answered ${status} ${text}`);
  });
  await untilIdle(client);
  return driven;
}
