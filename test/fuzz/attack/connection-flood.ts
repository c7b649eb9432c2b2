import { setTimeout as sleep } from 'node:timers/promises';
import { SUMMARY } from '../../support/docket/sample-requests.js';
import { Connection } from '../send/connection.js';
import type { Target } from '../target.js';

/** How many strangers hold connections while somebody honest asks for something. */
const MANY = 2_000;
/** More than the service takes. */
const TOO_MANY = 4_000;
const AT_ONCE = 250;
const HONEST_CALLS = 20;
/** A second is long for an honest call; the rest is for machines that do other things besides. */
const LONGEST_CALL = 5_000;
const BACK_WITHIN = 30_000;

const BEGINNINGS = ['', 'G', 'GET /healthz HTTP/1.1\r\nHost: docket\r\nX: '];

/** What was wrong for an honest client while strangers held 2,000 connections. */
export async function floodFaults(target: Target): Promise<readonly string[]> {
  const strangers = await occupy(target.url, MANY);
  try {
    for (let call = 0; call < HONEST_CALLS; call += 1) {
      const began = performance.now();
      const { status } = await target.submit('ada', SUMMARY);
      const took = performance.now() - began;
      if (status !== 'executed') return [`flood: an honest request was ${status}`];
      if (took > LONGEST_CALL) return [`flood: an honest request took ${took.toFixed(0)} ms`];
    }
    return [];
  } catch (error) {
    return [`flood: an honest client was not served: ${String(error)}`];
  } finally {
    for (const stranger of strangers) stranger.destroy();
  }
}

/** What was wrong after more connections than the service takes: it must serve again although none of them is ended. */
export async function overflowFaults(target: Target): Promise<readonly string[]> {
  const strangers = await occupy(target.url, TOO_MANY);
  const began = performance.now();
  try {
    while (performance.now() - began < BACK_WITHIN) {
      const answer = await target.call(null, 'GET', '/healthz').catch(() => null);
      const refused = strangers.filter((stranger) => !stranger.isOpen).length;
      if (answer?.status === 200 && refused > 0) return [];
      await sleep(500);
    }
    return [
      `flood: beyond its bound the service serves nobody for ${BACK_WITHIN} ms, or has no bound`,
    ];
  } finally {
    for (const stranger of strangers) stranger.destroy();
  }
}

async function occupy(url: string, count: number): Promise<readonly Connection[]> {
  const strangers: Connection[] = [];
  while (strangers.length < count) {
    for (let one = 0; one < AT_ONCE; one += 1) {
      const stranger = new Connection(url);
      stranger.send(Buffer.from(BEGINNINGS[strangers.length % BEGINNINGS.length] ?? ''));
      strangers.push(stranger);
    }
    await sleep(100);
  }
  return strangers;
}
