import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggedEvent } from '../../views/event-log/logged-event.js';
import type { Trace } from '../../views/request-trace/trace.js';
import { CommandFailed } from '../command-failed.js';
import { printable } from '../printable.js';
import type { DemoClient } from './demo-client.js';
import type { DemoStory } from './demo-stories.js';
import { stepOf } from './demo-step.js';

const POLL = 100;
const PATIENCE = 240_000;
const RESTING: ReadonlySet<Trace['status']> = new Set([
  'executed',
  'blocked',
  'failed',
  'outcome-unknown',
]);

/** Submits one request, prints every event as it is recorded, approves it when it waits; resolves once it rests. */
export async function runStory(
  client: DemoClient,
  { title, body }: DemoStory,
  number: number,
  print: (line: string) => void,
): Promise<Trace> {
  print(`\n${number}. ${title}`);
  print(`   "${printable(String(body['request'] ?? body['tool']))}"`);
  const { id } = await client.submit(body);
  const until = Date.now() + PATIENCE;
  let printed = 0;
  while (Date.now() < until) {
    const events = await client.events(id);
    for (const event of events.slice(printed)) print(`   ${stepOf(event)}`);
    const last = events.at(-1);
    if (last?.type === 'ApprovalRequested' && printed < events.length) await approve(client, last);
    printed = events.length;
    const settled = last && (await settledTrace(client, id, last));
    if (settled) return settled;
    await sleep(POLL);
  }
  throw new CommandFailed(`Request ${id} did not rest within ${PATIENCE / 1000} s.`);
}

async function approve(client: DemoClient, { stream, position }: LoggedEvent): Promise<void> {
  const id = stream.slice(stream.indexOf('-') + 1);
  const digest = await client.waitingDigest(id, position);
  await client.approve(id, digest, 'Only a draft; finance knows of it.');
}

const LAST_EVENTS = ['Executed', 'ExecutionFailed', 'ExecutionOutcomeUnknown', 'Blocked'];

async function settledTrace(
  client: DemoClient,
  id: string,
  last: LoggedEvent,
): Promise<Trace | null> {
  if (!LAST_EVENTS.includes(last.type)) return null;
  const trace = await client.trace(id, last.position);
  return RESTING.has(trace.status) ? trace : null;
}
