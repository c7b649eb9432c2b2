import { Command } from 'commander';
import { readConfiguration } from '../runtime/configuration.js';
import { CommandFailed } from './command-failed.js';
import { eventsFromService, eventsFromStore } from './event-source.js';
import { serviceUrl } from './service-url.js';
import { timeline } from './timeline.js';

export const replayCommand = new Command('replay')
  .description('Print the event stream of one request as a timeline')
  .argument('<id>', 'the id of the request')
  .option('--url <url>', 'ask the service that runs there, with the key in DOCKET_KEY', serviceUrl)
  .action(replay);

async function replay(given: string, { url }: { readonly url?: string }): Promise<void> {
  const id = given.toLowerCase();
  const events = url
    ? await eventsFromService(url, process.env['DOCKET_KEY'], id)
    : await eventsFromStore(readConfiguration(process.env), id);
  if (events.length === 0) throw new CommandFailed(`There is no request ${id}.`);
  process.stdout.write(timeline(events));
}
