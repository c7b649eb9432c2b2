import { createHistogram } from 'node:perf_hooks';
import autocannon from 'autocannon';
import { seededRandom } from '../traffic/random.js';
import { submissionOf, type Colour } from '../traffic/submissions.js';
import type { BenchServer } from './bench-server.js';

/** What one round of load came to; latencies in milliseconds. */
export interface Round {
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Microseconds of the server's processor time for one request. */
  readonly cpu: number;
  readonly failures: number;
}

/** Posts requests of one colour with `Prefer: respond-async` over so many connections for so many seconds. */
export async function drive(
  server: BenchServer,
  colour: Colour,
  bounds: { readonly connections: number; readonly duration: number },
): Promise<Round> {
  const body = JSON.stringify(submissionOf(colour, seededRandom(1)));
  const latencies = createHistogram();
  const cpuBefore = await server.cpu();
  const result = await load(server, { ...bounds, body }, (milliseconds) =>
    latencies.record(Math.max(1, Math.round(milliseconds * 1e6))),
  );
  const at = (percentile: number) => latencies.percentile(percentile) / 1e6;
  return {
    perSecond: result['2xx'] / result.duration,
    p50: at(50),
    p95: at(95),
    p99: at(99),
    cpu: ((await server.cpu()) - cpuBefore) / result['2xx'],
    failures: result.non2xx + result.errors,
  };
}

function load(
  { url, key }: BenchServer,
  request: { connections: number; duration: number; body: string },
  onResponse: (milliseconds: number) => void,
): Promise<autocannon.Result> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      prefer: 'respond-async',
    };
    const run = autocannon(
      { ...request, url: `${url}/v1/requests`, method: 'POST', headers },
      (error: Error | null, result) => (error ? reject(error) : resolve(result)),
    );
    run.on('response', (_client, _status, _bytes, milliseconds) => onResponse(milliseconds));
  });
}
