import Table from 'cli-table3';
import { untilIdle } from '../docket/until-idle.js';
import { median } from '../median.js';
import type { Colour } from '../traffic/submissions.js';
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

/** What is measured: the bare route; Docket's decision alone; the decision with the execution that it allows. */
const MEASURED = ['bare', 'decided', 'executed'] as const;
type Name = (typeof MEASURED)[number];
type Results = Readonly<Record<Name, Round[]>>;

/** Red requests are blocked by the decision; green ones run behind it, over a gateway that answers at once. */
const COLOURS: Readonly<Record<Name, Colour>> = { bare: 'red', decided: 'red', executed: 'green' };

type Servers = Readonly<Record<Name, BenchServer>>;

interface Decisions {
  readonly measured: Results;
  /** Seconds after each round of Docket until its views had everything and nothing ran any more. */
  readonly behind: readonly number[];
}

/**
 * Durable decisions per second over HTTP (`respond-async`, gateway faked) against the same route in a bare
 * NestJS-Fastify application, in turns, in one run; then decisions at half of the rate that Docket reached.
 */
export async function measureDecisions(options: Options): Promise<void> {
  const { seconds, rounds, connections } = options;
  const bare = await startServer('bare-server.ts');
  const docket = await startServer('docket-server.ts');
  const servers = { bare, decided: docket, executed: docket };
  try {
    const { measured, behind } = await decide(servers, options);
    process.stdout.write(
      `${connections} connections, ${rounds} rounds of ${seconds} s in turns, medians\n`,
    );
    process.stdout.write(`${tableOf(measured)}\n${shareOf(measured)}\n`);
    process.stdout.write(
      `After a round of Docket its views had everything within ${median(behind).toFixed(1)} s (median).\n`,
    );
    if (options.half > 0) process.stdout.write(await atHalf(servers, measured.decided, options));
  } finally {
    await Promise.all([bare.stop(), docket.stop()]);
  }
}

/** Every round begins with everything idle, so that none pays for what another one left to be done. */
async function decide(
  servers: Servers,
  { seconds, rounds, connections }: Options,
): Promise<Decisions> {
  const measured: Results = { bare: [], decided: [], executed: [] };
  const behind: number[] = [];
  for (let done = -1; done < rounds; done += 1) {
    for (const name of MEASURED) {
      const isWarmUp = done === -1;
      const duration = isWarmUp ? WARM_UP : seconds;
      const round = await drive(servers[name], COLOURS[name], { connections, duration });
      const ended = performance.now();
      await untilIdle(servers.decided);
      if (isWarmUp) continue;
      measured[name].push(round);
      if (name !== 'bare') behind.push((performance.now() - ended) / 1_000);
    }
  }
  return { measured, behind };
}

/** The bare application at the same rate shows how much of a latency is that of the machine and of the bench. */
async function atHalf(
  servers: Servers,
  rounds: readonly Round[],
  { connections, half: seconds }: Options,
): Promise<string> {
  const perSecond = Math.round(median(rounds.map((round) => round.perSecond)) / 2);
  const rate = { perSecond, seconds, connections };
  const held = (name: Name) => holdRate(servers[name], COLOURS[name], rate);
  const table = heldTable({ bare: await held('bare'), decided: await held('decided') });
  return `Half of that, ${perSecond} requests/s at a constant rate for ${seconds} s, each counted from when it was due\n${table}\n`;
}

function heldTable(held: Readonly<Record<string, Held>>): string {
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
    const latencies = [at('p50', 2), at('p95', 2), at('p99', 2)];
    table.push([name, at('perSecond', 0), ...latencies, at('cpu', 0), failures]);
  }
  return table.toString();
}

function shareOf({ bare, decided, executed }: Results): string {
  const shares = (rounds: readonly Round[]) =>
    rounds.map((round, index) => (round.perSecond / (bare[index]?.perSecond ?? NaN)) * 100);
  const text = (rounds: readonly Round[]) =>
    `${median(shares(rounds)).toFixed(0)} % (each round: ${shares(rounds)
      .map((share) => `${share.toFixed(0)} %`)
      .join(', ')})`;
  return `Of the bare application's rate, Docket decides at ${text(decided)}, and decides and executes at ${text(executed)}.`;
}
