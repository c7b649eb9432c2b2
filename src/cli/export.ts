import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command, Option } from 'commander';
import { openEventStore, openViews } from '../open-stores.js';
import { readConfiguration, type Configuration } from '../runtime/configuration.js';
import type { EventStore } from '../event-store/event-store.js';
import { EVENT_FORMATS, exportEvents, type EventFormat } from '../views/exports/export-events.js';
import { exportRequests } from '../views/exports/export-requests.js';
import { PROJECTIONS } from '../views/projections.js';
import { Projector } from '../views/projector/projector.js';
import { RequestTraceQuery } from '../views/request-trace/request-trace.query.js';
import { CommandFailed } from './command-failed.js';
import { bodyFrom, refuseMissingStore } from './event-source.js';
import { serviceUrl } from './service-url.js';

interface ExportOptions {
  readonly what: 'requests' | 'events';
  readonly format: EventFormat;
  readonly output?: string;
  readonly url?: string;
}

export const exportCommand = new Command('export')
  .description('Write requests or events as CSV or JSON lines')
  .addOption(
    new Option('--what <what>', 'what to write').choices(['requests', 'events']).default('events'),
  )
  .addOption(new Option('--format <format>', 'how').choices(EVENT_FORMATS).default('trace-csv'))
  .option('--output <file>', 'the file to write; without it standard output')
  .option('--url <url>', 'ask the service that runs there, with the key in DOCKET_KEY', serviceUrl)
  .action(write);

async function write(options: ExportOptions): Promise<void> {
  const { what, format, url, output } = options;
  if (what === 'requests' && format.startsWith('trace-')) {
    throw new CommandFailed(`Requests are written as csv or jsonl, not as ${format}.`);
  }
  const text = url ? fromService(url, options) : fromStore(readConfiguration(process.env), options);
  const target = output ? createWriteStream(output, { mode: 0o600 }) : process.stdout;
  await pipeline(Readable.from(text), target, { end: target !== process.stdout });
}

async function* fromService(url: string, { what, format }: ExportOptions): AsyncGenerator<Buffer> {
  const address = new URL(`/v1/exports/${what}?format=${format}`, url);
  yield* await bodyFrom(address, process.env['DOCKET_KEY']);
}

async function* fromStore(
  configuration: Configuration,
  { what, format }: ExportOptions,
): AsyncGenerator<string> {
  refuseMissingStore(configuration);
  const store = await openEventStore(configuration);
  try {
    if (what === 'events') {
      yield* exportEvents(store, { format, after: null, withoutContent: false });
      return;
    }
    yield* requestRows(configuration, store, format === 'csv' ? 'csv' : 'jsonl');
  } finally {
    await store.close();
  }
}

async function* requestRows(
  configuration: Configuration,
  store: EventStore,
  format: 'csv' | 'jsonl',
): AsyncGenerator<string> {
  const views = await openViews(configuration);
  const projector = new Projector(store, views, PROJECTIONS, () => {});
  try {
    projector.start();
    const head = await store.head();
    if (head !== null) await projector.waitFor(head, 600_000);
    const traces = new RequestTraceQuery(views);
    yield* exportRequests(traces, { format, filter: {}, withoutContent: false });
  } finally {
    await projector.stop();
    await views.close();
  }
}
