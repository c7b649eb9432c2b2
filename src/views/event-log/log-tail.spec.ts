import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newStream, sampleEvents, soon } from '../../event-store/contract/sample-log.contract.js';
import { NO_STREAM, type EventStore } from '../../event-store/event-store.js';
import { createInMemoryEventStore } from '../../event-store/in-memory/in-memory-event-store.js';
import { LogTail } from './log-tail.js';

describe('Waiting at the end of a log', () => {
  let store: EventStore;
  let tail: LogTail;
  let leaving: AbortController;
  const stream = newStream();

  beforeEach(() => {
    store = createInMemoryEventStore();
    leaving = new AbortController();
    tail = new LogTail(null, store.subscribe(null, new AbortController().signal));
  });
  afterEach(() => store.close());

  /** Resolves once the tail has it. */
  const append = async (name: string) => {
    const head = await store.head();
    await store.append(name, NO_STREAM, sampleEvents(1));
    await soon(tail.grown(head, leaving.signal));
  };

  it('is over at once for what has come already, however long ago one looked', async () => {
    const watch = tail.watch(stream, leaving.signal);
    await append(stream);
    await soon(tail.grown(null, leaving.signal), 500);
    await soon(watch.beyond(NO_STREAM, leaving.signal), 500);
    expect(tail.behind(null, 10)).toEqual(await store.readStream(stream));
  });

  it('is over with the next event of the stream that one watches, and of no other', async () => {
    const watch = tail.watch(stream, leaving.signal);
    let isOver = false;
    const waiting = watch.beyond(NO_STREAM, leaving.signal).then(() => (isOver = true));
    await append(newStream());
    expect([isOver, watch.version]).toEqual([false, NO_STREAM]);
    await append(stream);
    await soon(waiting, 500);
    expect(watch.version).toBe(0);
  });

  it('is over for one who leaves, or left before', async () => {
    const watch = tail.watch(stream, leaving.signal);
    const waiting = [tail.grown(null, leaving.signal), watch.beyond(NO_STREAM, leaving.signal)];
    leaving.abort();
    waiting.push(tail.grown(null, leaving.signal), watch.beyond(NO_STREAM, leaving.signal));
    await soon(Promise.all(waiting), 500);
  });

  it('fails once the log ended, also for one who comes later', async () => {
    const watch = tail.watch(stream, leaving.signal);
    const wait = () => [tail.grown(null, leaving.signal), watch.beyond(NO_STREAM, leaving.signal)];
    const waiting = wait();
    await store.close();
    await tail.ended;
    for (const each of [...waiting, ...wait()]) {
      await expect(soon(each, 500)).rejects.toMatchObject({ code: 'closed' });
    }
  });
});
