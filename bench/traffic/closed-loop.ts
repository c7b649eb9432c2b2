import { Latencies, type Percentiles } from './latencies.js';

export interface ClosedLoop {
  readonly requests: number;
  /** Requests under way at once: each begins when another one was answered. */
  readonly connections: number;
}

/** Sends so many requests as fast as they are answered. */
export async function closedLoop(
  { requests, connections }: ClosedLoop,
  send: () => Promise<void>,
): Promise<Percentiles & { readonly perSecond: number }> {
  const latencies = new Latencies();
  let left = requests;
  const connection = async () => {
    while (left > 0) {
      left -= 1;
      const start = performance.now();
      await send();
      latencies.record(performance.now() - start);
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: connections }, connection));
  const took = (performance.now() - begun) / 1_000;
  return { ...latencies.percentiles(), perSecond: requests / took };
}
