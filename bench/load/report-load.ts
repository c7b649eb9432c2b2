import Table from 'cli-table3';
import type { Usage } from '../docket/messages.js';
import type { Percentiles } from '../traffic/latencies.js';
import { HEAP_BOUND, RSS_BOUND, type Growth, type MemorySample } from './memory.js';
import { isWrite, type Meter } from './meter.js';
import type { Slope } from './slope.js';
import { isTrue, type Compared } from './truth.js';

const mebibytes = (bytes: number): string => (bytes / 1_048_576).toFixed(1);

const kibibytes = (bytes: number): string => (bytes / 1_024).toFixed(1);

/** One line on how it goes. */
export function progressLine(elapsed: number, meter: Meter, { rss, heap }: Usage): string {
  const { count, p50, p99, max } = meter.takeRecent();
  const latency = `p50 ${p50.toFixed(1)}  p99 ${p99.toFixed(1)}  max ${max.toFixed(0)} ms`;
  const memory = `RSS ${mebibytes(rss)}  heap ${mebibytes(heap)} MiB`;
  const writes = `${count} writes answered, ${meter.inFlight} calls in flight`;
  return `${elapsed.toFixed(0).padStart(5)} s  ${writes}  ${latency}  ${memory}`;
}

/** What each kind of call came to, and all that record something together. */
export function kindTable(meter: Meter, seconds: number): string {
  const head = ['', 'count', '/s', 'p50 ms', 'p95 ms', 'p99 ms', 'max ms', 'errors'];
  const table = new Table({ head, style: { head: [], border: [] } });
  const row = (name: string, measured: Percentiles, errors: number) => {
    const { count, p50, p95, p99, max } = measured;
    const latencies = [p50, p95, p99, max].map((value) => value.toFixed(1));
    table.push([name, count, (count / seconds).toFixed(1), ...latencies, errors]);
  };
  for (const [kind, { latencies, errors }] of meter.kinds)
    row(kind, latencies.percentiles(), errors);
  for (const [name, writes] of [
    ['all writes', true],
    ['all reads', false],
  ] as const) {
    const { measured, errors } = meter.together((kind) => isWrite(kind) === writes);
    row(name, measured, errors);
  }
  return table.toString();
}

/** Memory over time, and whether it grows. */
export function memoryLines(samples: readonly MemorySample[], grown: Growth): string {
  const head = ['after', 'served', 'RSS MiB', 'heap MiB'];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const { seconds, served, rss, heap } of samples) {
    table.push([`${seconds.toFixed(0)} s`, served, mebibytes(rss), mebibytes(heap)]);
  }
  return `Memory of Docket after a garbage collection\n${table.toString()}\n${verdictOf(grown)}`;
}

function verdictOf(grown: Growth): string {
  if (grown.verdict === 'too short') {
    return 'Too few requests to tell whether memory grows: 20,000 and four samples are needed.';
  }
  const each = ({ value, error }: Slope, bound: number) =>
    `${kibibytes(value * 1_000)} ± ${kibibytes(error * 2_000)} KiB (at most ${kibibytes(bound * 1_000)})`;
  const heap = `heap ${each(grown.heap, HEAP_BOUND)}`;
  const rss = `RSS ${each(grown.rss, RSS_BOUND)}`;
  return `${VERDICTS[grown.verdict]} with the requests served; for each 1,000: ${heap}, ${rss}.`;
}

const VERDICTS = {
  flat: 'Memory does not grow',
  unclear: 'So short a run does not show whether memory grows',
  grows: 'Memory GROWS',
} as const;

/** Each error that came, and how often. */
export function errorLines({ errors }: Meter): string {
  if (errors.size === 0) return 'No error.';
  const lines = [...errors].map(([error, times]) => `  ${times} × ${error}`);
  return ['Errors:', ...lines].join('\n');
}

/** What callers were told against what is recorded. */
export function truthLines(truth: readonly Compared[]): string {
  const wrong = truth.filter((compared) => !isTrue(compared));
  const all = truth.map(({ what, found }) => `${found} ${what}`).join(', ');
  if (wrong.length === 0) return `All that callers were told is so: ${all}.`;
  const lines = wrong.map(
    ({ what, answered, unknown, found }) =>
      `  ${what}: ${answered} expected, up to ${unknown} more that ended by an error, ${found} found`,
  );
  return ['NOT all that callers were told is so:', ...lines].join('\n');
}
