/**
 * Durable decisions per second over HTTP (green, `respond-async`, gateway faked) against the same route in a bare
 * NestJS-Fastify application, in turns, in one run. Usage: `npm run bench -- [seconds] [rounds] [connections]`.
 */
import Table from 'cli-table3';
import { startServer } from './bench-server.js';
import { drive, type Round } from './drive.js';

const [seconds = 8, rounds = 5, connections = 64] = process.argv.slice(2).map(Number);
const WARM_UP = 4;

const servers = {
  bare: await startServer('bare-server.ts'),
  docket: await startServer('docket-server.ts'),
};
const measured: Record<keyof typeof servers, Round[]> = { bare: [], docket: [] };

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

function tableOf(results: typeof measured): string {
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

function shareOf({ bare, docket }: typeof measured): string {
  const shares = docket.map(
    (round, index) => (round.perSecond / (bare[index]?.perSecond ?? NaN)) * 100,
  );
  const each = shares.map((share) => `${share.toFixed(0)} %`).join(', ');
  return `Docket reaches ${median(shares).toFixed(0)} % of the bare application (each round: ${each}).`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
