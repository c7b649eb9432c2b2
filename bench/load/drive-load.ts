import { closedLoop } from '../traffic/closed-loop.js';
import { atConstantRate } from '../traffic/constant-rate.js';
import { submissionOf } from '../traffic/submissions.js';
import type { Load } from './load.js';
import { createReader } from './read.js';
import { submit } from './submit.js';

const FILL_CONNECTIONS = 32;

/** Submits so many green requests as fast as they are answered: what is bounded by a number is full then. */
export async function fill({ call, random, recent }: Load, requests: number): Promise<void> {
  const headers = { prefer: 'respond-async' };
  await closedLoop({ requests, connections: FILL_CONNECTIONS }, async () => {
    const body = submissionOf('green', random);
    const answer = await call('ada', 'POST', '/v1/requests', { body, headers });
    if (answer.status !== 202) throw new Error(`The first requests were answered ${answer.text}`);
    recent.add(answer);
  });
}

export interface Rates {
  /** Submissions a second. */
  readonly submissions: number;
  /** Reads a second. */
  readonly reads: number;
  readonly seconds: number;
}

/** Holds both rates; resolves once every call was answered and what waited was decided on. */
export async function driveLoad(load: Load, { submissions, reads, seconds }: Rates): Promise<void> {
  const read = createReader(load);
  const underWay = new Set<Promise<void>>();
  const follow = (work: Promise<void>) => {
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  };
  await Promise.all([
    atConstantRate({ perSecond: submissions, seconds }, (due) => follow(submit(load, due))),
    atConstantRate({ perSecond: reads, seconds }, (due) => follow(read(due))),
  ]);
  await Promise.all(underWay);
}
