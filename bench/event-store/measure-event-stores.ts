import Table from 'cli-table3';
import { median } from '../median.js';
import { appendFor, catchUp, fill, type AppendRound } from './append-load.js';
import { openMeasuredStores, type MeasuredStore } from './measured-stores.js';

const CONCURRENCIES = [1, 8, 32, 128] as const;

interface Options {
  readonly seconds: number;
  readonly rounds: number;
  readonly events: number;
}

interface Figures {
  readonly appends: ReadonlyMap<number, AppendRound[]>;
  readonly eventsPerSecond: number[];
}

/** Appends and subscription events per second of every adapter, in turns, in one run. */
export async function measureEventStores({ seconds, rounds, events }: Options): Promise<void> {
  const stores = await openMeasuredStores();
  try {
    const measured = new Map(stores.map(({ name }) => [name, noFigures()]));
    for (const { store } of stores) await appendFor(store, 1, 32);
    for (let round = 0; round < rounds; round += 1) {
      for (const measuredStore of stores) {
        await measureRound(measuredStore, measured.get(measuredStore.name)!, seconds, events);
      }
    }
    process.stdout.write(`${headline(seconds, rounds, events)}\n${tableOf(measured)}\n`);
  } finally {
    for (const store of stores) await store.release();
  }
}

const noFigures = (): Figures => ({
  appends: new Map(CONCURRENCIES.map((concurrency) => [concurrency, []])),
  eventsPerSecond: [],
});

async function measureRound(
  { store }: MeasuredStore,
  { appends, eventsPerSecond }: Figures,
  seconds: number,
  events: number,
): Promise<void> {
  for (const [concurrency, results] of appends) {
    results.push(await appendFor(store, seconds, concurrency));
  }
  eventsPerSecond.push(await catchUp(store, await fill(store, events)));
}

const headline = (seconds: number, rounds: number, events: number): string =>
  `Single events of 600 bytes to new streams, ${rounds} rounds of ${seconds} s in turns; ` +
  `subscriptions over ${events} events; medians`;

function tableOf(measured: ReadonlyMap<string, Figures>): string {
  const head = [
    '',
    ...CONCURRENCIES.map((concurrency) => `appends/s ×${concurrency} (p50/p99 ms)`),
    'subscription events/s',
  ];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const [name, { appends, eventsPerSecond }] of measured) {
    table.push([name, ...[...appends.values()].map(cell), median(eventsPerSecond).toFixed(0)]);
  }
  return table.toString();
}

function cell(rounds: readonly AppendRound[]): string {
  const of = (figure: keyof AppendRound) => median(rounds.map((round) => round[figure]));
  return `${of('perSecond').toFixed(0)} (${of('p50').toFixed(1)}/${of('p99').toFixed(1)})`;
}
