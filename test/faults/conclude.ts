import { setTimeout as sleep } from 'node:timers/promises';
import { readLog } from '../../src/event-store/contract/sample-log.contract.js';
import { NO_STREAM, type EventStore, type StoredEvent } from '../../src/event-store/event-store.js';
import type { FaultTarget } from './fault-target.js';
import type { FinalView, History } from './history.js';
import type { Recorder } from './recorder.js';
import { settle } from './settle.js';
import type { Subscriber } from './subscriber.js';
import { newEvent } from './writer.js';

const PAGE = 50;
const LOOK_AGAIN_MILLISECONDS = 5;

export interface Concluding {
  readonly stores: readonly EventStore[];
  readonly subscribers: readonly Subscriber[];
  readonly recorder: Recorder;
  readonly target: FaultTarget;
  readonly streamPrefix: string;
  readonly settleBound: number;
}

type Conclusion = Pick<History, 'subscribers' | 'server' | 'final' | 'troubles'>;

/**
 * Nothing fails any more: every store has to take a last append, every subscriber to come to the end of the log,
 * and the store to show the log as the server holds it.
 */
export async function conclude(concluding: Concluding): Promise<Conclusion> {
  const { stores, subscribers, target, streamPrefix, settleBound } = concluding;
  const end = performance.now() + settleBound;
  const troubles: string[] = [];
  for (const [number, store] of stores.entries()) {
    if (await appendLast(concluding, store, number, end)) continue;
    troubles.push(`Store ${number} took no append any more.`);
  }
  for (;;) {
    const server = await target.records(streamPrefix);
    const caughtUp = await Promise.all(subscribers.map((each) => catchUp(each, server, end)));
    const final = await readFinally(stores, end);
    const isStill = (await target.records(streamPrefix)).length === server.length;
    // An append that its writer has given up may still arrive.
    if (!isStill && performance.now() < end) continue;
    if (final === null) troubles.push('The log could not be read any more.');
    const records = subscribers.map((each, at) => each.record(caughtUp[at] ?? false));
    return { subscribers: records, server, final, troubles };
  }
}

async function appendLast(
  { recorder, streamPrefix }: Concluding,
  store: EventStore,
  number: number,
  end: number,
): Promise<boolean> {
  for (let tries = 0; performance.now() < end; tries += 1) {
    const stream = `${streamPrefix}last-${number}-${tries}`;
    const wanted = { writer: -1, stream, expectedVersion: NO_STREAM, events: [newEvent(10)] };
    let last = await recorder.append(store, wanted);
    while (last.outcome.kind === 'unknown' && performance.now() < end) {
      last = await recorder.repeat(store, last);
    }
    if (last.outcome.kind === 'acknowledged') return true;
    await sleep(LOOK_AGAIN_MILLISECONDS);
  }
  return false;
}

async function catchUp(
  subscriber: Subscriber,
  server: readonly StoredEvent[],
  end: number,
): Promise<boolean> {
  const last = server.at(-1)?.position ?? -1n;
  while ((subscriber.checkpoint ?? -1n) < last) {
    if (performance.now() > end) return false;
    await sleep(LOOK_AGAIN_MILLISECONDS);
  }
  return true;
}

async function readFinally([store]: readonly EventStore[], end: number): Promise<FinalView | null> {
  if (store === undefined) return null;
  while (performance.now() < end) {
    const reading = Promise.all([store.head(), readLog(store, null, PAGE)]);
    const settled = await settle(reading, Math.max(0, end - performance.now()));
    if (settled.kind === 'done') return { head: settled.value[0], log: settled.value[1] };
    await sleep(LOOK_AGAIN_MILLISECONDS);
  }
  return null;
}
