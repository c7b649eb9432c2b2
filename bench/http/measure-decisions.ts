import Table from 'cli-table3';
import { median } from '../median.js';
import { startServer } from './bench-server.js';
import { drive, type Round } from './drive.js';

const WARM_UP = 4;

interface Options {
  readonly seconds: number;
  readonly rounds: number;
  readonly connections: number;
}

type Results = Readonly<Record<'bare' | 'docket', Round[]>>;

/**
 * Durable decisions per second over HTTP (green, `respond-async`, gateway faked) against the same route in a bare
 * NestJS-Fastify application, in turns, in one run.
 */
export async function measureDecisions({ seconds, rounds, connections }: Options): Promise<void> {
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
  } finally {
    await Promise.all(Object.values(servers).map((server) => server.stop()));
  }
  process.stdout.write(
    `${connections} connections, ${rounds} rounds of ${seconds} s in turns, medians\n`,
  );
  process.stdout.write(`${tableOf(measured)}\n${shareOf(measured)}\n`);
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
