import { Pool } from 'undici';
import { atConstantRate } from '../traffic/constant-rate.js';
import { Latencies, type Percentiles } from '../traffic/latencies.js';
import { seededRandom } from '../traffic/random.js';
import { submissionOf } from '../traffic/submissions.js';
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

/** Posts green requests with `Prefer: respond-async` at a constant rate, whatever becomes of those before. */
export async function holdRate(
  { url, key }: BenchServer,
  { connections, ...rate }: Rate,
): Promise<Held> {
  const pool = new Pool(url, { connections });
  const latencies = new Latencies();
  let failures = 0;
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    prefer: 'respond-async',
  };
  const random = seededRandom(1);
  const post = async (due: number): Promise<void> => {
    const body = JSON.stringify(submissionOf('green', random));
    const answer = await pool.request({ path: '/v1/requests', method: 'POST', headers, body });
    await answer.body.dump();
    if (answer.statusCode === 202) latencies.record(performance.now() - due);
    else failures += 1;
  };
  const underWay = new Set<Promise<void>>();
  await atConstantRate(rate, (due) => {
    const posted = post(due).catch(() => void (failures += 1));
    underWay.add(posted);
    void posted.finally(() => underWay.delete(posted));
  });
  await Promise.all(underWay);
  await pool.close();
  return { ...latencies.percentiles(), failures };
}
