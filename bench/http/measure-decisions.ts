import Table from 'cli-table3';
import { median } from '../median.js';
import { startServer, type BenchServer } from './bench-server.js';
import { drive, type Round } from './drive.js';
import { holdRate, type Held } from './hold-rate.js';

const WARM_UP = 4;

interface Options {
  readonly seconds: number;
  readonly rounds: number;
  readonly connections: number;
  /** Seconds at half of the rate that Docket reached; 0 leaves that out. */
  readonly half: number;
}

type Name = 'bare' | 'docket';
type Results = Readonly<Record<Name, Round[]>>;

/**
 * Durable decisions per second over HTTP (green, `respond-async`, gateway faked) against the same route in a bare
 * NestJS-Fastify application, in turns, in one run; then both at half of the rate that Docket reached.
 */
export async function measureDecisions(options: Options): Promise<void> {
  const { seconds, rounds, connections } = options;
  const servers = {
    bare: await startServer('bare-server.ts'),
    docket: await startServer('docket-server.ts'),
  };
  const measured: Results = { bare: [], docket: [] };
  try {
    for (const server of Object.values(servers)) await drive(server, connections, WARM_UP);
    for (let round = 0; round < rounds; round += 1) {
      measured.bare.push(await drive(servers.bare, connections, seconds));
      measured.docket.push(await drive(servers.docket, connections, seconds));
    }
    process.stdout.write(
      `${connections} connections, ${rounds} rounds of ${seconds} s in turns, medians\n`,
    );
    process.stdout.write(`${tableOf(measured)}\n${shareOf(measured)}\n`);
    if (options.half > 0) process.stdout.write(await atHalf(servers, measured.docket, options));
  } finally {
    await Promise.all(Object.values(servers).map((server) => server.stop()));
  }
}

/** The bare application at the same rate shows how much of a latency is that of the machine and of the bench. */
async function atHalf(
  { bare, docket }: Readonly<Record<Name, BenchServer>>,
  rounds: readonly Round[],
  { connections, half: seconds }: Options,
): Promise<string> {
  const perSecond = Math.round(median(rounds.map((round) => round.perSecond)) / 2);
  const rate = { perSecond, seconds, connections };
  const held = { bare: await holdRate(bare, rate), docket: await holdRate(docket, rate) };
  return `Half of that, ${perSecond} requests/s at a constant rate for ${seconds} s, each counted from when it was due\n${heldTable(held)}\n`;
}

function heldTable(held: Readonly<Record<Name, Held>>): string {
  const head = ['', 'requests', 'p50 ms', 'p95 ms', 'p99 ms', 'max ms', 'failed'];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const [name, { count, p50, p95, p99, max, failures }] of Object.entries(held)) {
    const latencies = [p50, p95, p99, max].map((milliseconds) => milliseconds.toFixed(2));
    table.push([name, count, ...latencies, failures]);
  }
  return table.toString();
}

function tableOf(results: Results): string {
  const head = ['', 'req/s', 'p50 ms', 'p95 ms', 'p99 ms', 'CPU µs/req', 'failed'];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const [name, of] of Object.entries(results)) {
    const at = (column: keyof Round, digits: number) =>
      median(of.map((round) => round[column])).toFixed(digits);
    const failures = of.reduce((sum, round) => sum + round.failures, 0);
    table.push([
      name,
      at('perSecond', 0),
      at('p50', 2),
      at('p95', 2),
      at('p99', 2),
      at('cpu', 0),
      failures,
    ]);
  }
  return table.toString();
}

function shareOf({ bare, docket }: Results): string {
  const shares = docket.map(
    (round, index) => (round.perSecond / (bare[index]?.perSecond ?? NaN)) * 100,
  );
  const each = shares.map((share) => `${share.toFixed(0)} %`).join(', ');
  return `Docket reaches ${median(shares).toFixed(0)} % of the bare application (each round: ${each}).`;
}
