import { Command, Option } from 'commander';
import type { z } from 'zod';
import {
  deadLetterPage,
  endpointList,
  replayResult,
  testResult,
  type DeadLetterPage,
  type EndpointList,
} from '../notifications/webhooks.schema.js';
import { CommandFailed } from './command-failed.js';
import { bodyFrom } from './event-source.js';
import { printable } from './printable.js';
import { serviceUrl } from './service-url.js';

interface Service {
  readonly url: string;
}

const serviceOption = () =>
  new Option('--url <url>', 'where the service runs; it is asked with the key in DOCKET_KEY')
    .argParser(serviceUrl)
    .default('http://127.0.0.1:3000');

export const webhooksCommand = new Command('webhooks').description(
  'See whom a running service tells of requests, and what could not be delivered',
);

webhooksCommand
  .command('list')
  .description('Print every endpoint and the last deliveries that were given up')
  .addOption(serviceOption())
  .action(list);

webhooksCommand
  .command('replay')
  .description('Queue anew what was given up for an endpoint')
  .argument('<endpoint>', 'the id of the endpoint, or msg_… for one delivery')
  .addOption(serviceOption())
  .action(replay);

webhooksCommand
  .command('test')
  .description('Send an endpoint a webhook of the type webhook.test now')
  .argument('<endpoint>', 'the id of the endpoint')
  .addOption(serviceOption())
  .action(test);

async function list({ url }: Service): Promise<void> {
  const { items: endpoints } = await ask(url, 'GET', '', endpointList);
  const { items: letters, nextCursor } = await ask(url, 'GET', '/dead-letters', deadLetterPage);
  const more = nextCursor === null ? [] : ['… and older ones'];
  const lines = [...endpoints.map(endpointLine), ...letters.map(letterLine), ...more];
  process.stdout.write(
    lines.length === 0 ? 'No endpoint is configured.\n' : `${lines.join('\n')}\n`,
  );
}

async function replay(target: string, { url }: Service): Promise<void> {
  const place = target.startsWith('msg_')
    ? `/dead-letters/${encodeURIComponent(target)}`
    : at(target);
  const { replayed } = await ask(url, 'POST', `${place}/replay`, replayResult);
  process.stdout.write(`Queued ${replayed} again.\n`);
}

async function test(endpoint: string, { url }: Service): Promise<void> {
  const { delivered, failure, status } = await ask(url, 'POST', `${at(endpoint)}/test`, testResult);
  if (delivered) return void process.stdout.write('It was delivered.\n');
  throw new CommandFailed(`It was not delivered: ${whyOf(failure, status)}`);
}

const at = (endpoint: string): string => `/${encodeURIComponent(endpoint)}`;

async function ask<T extends z.ZodType>(
  url: string,
  method: 'GET' | 'POST',
  path: string,
  schema: T,
): Promise<z.infer<T>> {
  const address = new URL(`/v1/webhooks${path}`, url);
  const body = await bodyFrom(address, process.env['DOCKET_KEY'], { method, whose: 'an admin’s' });
  return schema.parse(await body.json());
}

function endpointLine(endpoint: EndpointList['items'][number]): string {
  const { id, state, origin, pending, dead, oldestPending } = endpoint;
  const since = oldestPending === null ? '' : ` since ${oldestPending}`;
  return [id, state, origin ?? '-', `pending ${pending}${since}`, `dead ${dead}`]
    .map(printable)
    .join('  ');
}

const letterLine = (letter: DeadLetterPage['items'][number]): string =>
  [
    `  ${letter.deadAt}`,
    letter.endpoint,
    letter.type,
    letter.requestId,
    `${letter.attempts} tries, ${whyOf(letter.failure, letter.status)}`,
    letter.id,
  ]
    .map(printable)
    .join('  ');

const whyOf = (failure: string | null, status: number | null): string =>
  status === null ? (failure ?? 'unknown') : `${failure} ${status}`;
