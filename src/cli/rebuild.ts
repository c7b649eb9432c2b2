import { Presets, SingleBar } from 'cli-progress';
import { Argument, Command } from 'commander';
import { openEventStore, openViews } from '../open-stores.js';
import { readConfiguration } from '../runtime/configuration.js';
import { createLogger } from '../runtime/logger.js';
import { PROJECTIONS } from '../views/projections.js';
import { Projector } from '../views/projector/projector.js';
import { reportTo } from '../views/projector/report-to.js';
import { refuseMissingStore } from './event-source.js';

const VIEWS = PROJECTIONS.map(({ name }) => name);

export const rebuildCommand = new Command('rebuild')
  .description('Empty the views and fill them anew from the event log, while no service runs')
  .addArgument(new Argument('[view]', 'one view; without it all').choices(VIEWS))
  .action(rebuild);

async function rebuild(view: string | undefined): Promise<void> {
  const configuration = readConfiguration(process.env);
  refuseMissingStore(configuration);
  const log = createLogger(configuration.logLevel);
  const store = await openEventStore(configuration);
  const views = await openViews(configuration);
  const projector = new Projector(store, views, PROJECTIONS, reportTo(log));
  try {
    const events = await withProgressBar((show) => projector.rebuild(view, show));
    process.stdout.write(`Rebuilt ${view ?? VIEWS.join(', ')} from ${events} events.\n`);
  } finally {
    await projector.stop();
    await views.close();
    await store.close();
  }
}

type Progress = Parameters<NonNullable<Parameters<Projector['rebuild']>[1]>>[0];

/** Shows the share of the log that was gone through; resolves to the number of events. */
async function withProgressBar(
  work: (show: (progress: Progress) => void) => Promise<void>,
): Promise<number> {
  const format = '[{bar}] {percentage}% | {events} events | {eta_formatted} left';
  const bar = new SingleBar({ format, noTTYOutput: true }, Presets.shades_classic);
  let seen = 0;
  bar.start(100, 0, { events: 0 });
  await work(({ events, position, head }) => {
    seen = events;
    bar.update(Number((position * 100n) / (head || 1n)), { events });
  });
  bar.update(100, { events: seen });
  bar.stop();
  return seen;
}
