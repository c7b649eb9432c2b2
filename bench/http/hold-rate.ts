import { Pool } from 'undici';
import { atConstantRate } from '../traffic/constant-rate.js';
import { Latencies, type Percentiles } from '../traffic/latencies.js';
import { seededRandom } from '../traffic/random.js';
import { submissionOf, type Colour } from '../traffic/submissions.js';
import type { BenchServer } from './bench-server.js';

/** What a held rate came to; latencies in milliseconds, counted from when a request was due. */
export interface Held extends Percentiles {
  readonly failures: number;
}

interface Rate {
  readonly perSecond: number;
  readonly seconds: number;
  readonly connections: number;
}

/** Seconds at the rate before anything counts: connections are made, and both processes compile what they run. */
const WARM_UP = 3;

/** Posts requests of one colour with `Prefer: respond-async` at a constant rate, whatever becomes of those before. */
export async function holdRate(
  server: BenchServer,
  colour: Colour,
  { connections, ...rate }: Rate,
): Promise<Held> {
  const pool = new Pool(server.url, { connections });
  const post = poster(pool, server.key, colour);
  await held(post, { ...rate, seconds: WARM_UP });
  const measured = await held(post, rate);
  await pool.close();
  return measured;
}

type Post = () => Promise<boolean>;

function poster(pool: Pool, key: string, colour: Colour): Post {
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    prefer: 'respond-async',
  };
  const random = seededRandom(1);
  return async () => {
    const body = JSON.stringify(submissionOf(colour, random));
    const answer = await pool.request({ path: '/v1/requests', method: 'POST', headers, body });
    await answer.body.dump();
    return answer.statusCode === 202 || answer.statusCode === 201;
  };
}

async function held(post: Post, rate: Omit<Rate, 'connections'>): Promise<Held> {
  const latencies = new Latencies();
  let failures = 0;
  const underWay = new Set<Promise<void>>();
  await atConstantRate(rate, (due) => {
    const posted = timed(due);
    underWay.add(posted);
    void posted.finally(() => underWay.delete(posted));
  });
  await Promise.all(underWay);
  return { ...latencies.percentiles(), failures };

  async function timed(due: number): Promise<void> {
    if (await post().catch(() => false)) latencies.record(performance.now() - due);
    else failures += 1;
  }
}
