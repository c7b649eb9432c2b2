import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newStream, sampleEvents } from '../contract/sample-log.contract.js';
import { NO_STREAM } from '../event-store.js';
import type { AppendRequest } from './event-writer.js';
import { openEventLog } from './open-event-log.js';
import { startWriterThread } from './start-writer-thread.js';

const DYING = new URL('../../../test/support/dying-writer.worker.ts', import.meta.url);

describe('the thread that writes the event log', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'docket-thread-'));
    file = join(folder, 'events.db');
    openEventLog(file).close();
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('answers every batch with its own outcomes, whatever shares a commit', async () => {
    const thread = startWriterThread(file);
    const first = [requestOf(2), requestOf(1)];
    const stale = { ...requestOf(1), expectedVersion: 7 };
    const answers = await Promise.all([
      thread.write(first),
      thread.write([stale]),
      thread.write([]),
    ]);
    expect(answers).toEqual([
      [
        { version: 1, position: 2 },
        { version: 0, position: 3 },
      ],
      [{ actualVersion: -1 }],
      [],
    ]);
    await thread.close();
  });

  it('writes what it was given before it ends, and starts anew for what comes later', async () => {
    const thread = startWriterThread(file);
    const written = thread.write([requestOf(1)]);
    await thread.close();
    expect(await written).toEqual([{ version: 0, position: 1 }]);
    expect(await thread.write([requestOf(1)])).toEqual([{ version: 0, position: 2 }]);
    await thread.close();
    await thread.close();
  });

  it.each(['by an error', 'without a word'])(
    'leaves open what came of all that it had when it dies %s, and starts anew',
    async (way) => {
      const thread = startWriterThread(way, DYING);
      const written = [thread.write([requestOf(1)]), thread.write([requestOf(1)])];
      for (const write of written) {
        await expect(write).rejects.toMatchObject({ code: 'outcome-unknown' });
      }
      await expect(thread.write([requestOf(1)])).rejects.toMatchObject({ code: 'outcome-unknown' });
      await thread.close();
    },
  );

  it('refuses what it cannot write, until it can', async () => {
    const thread = startWriterThread(join(folder, 'later', 'events.db'));
    await expect(thread.write([requestOf(1)])).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching('unable to open database file'),
    });
    await mkdir(join(folder, 'later'));
    await copyFile(file, join(folder, 'later', 'events.db'));
    expect(await thread.write([requestOf(1)])).toEqual([{ version: 0, position: 1 }]);
    await thread.close();
  });
});

const requestOf = (events: number): AppendRequest => ({
  stream: newStream(),
  expectedVersion: NO_STREAM,
  events: sampleEvents(events),
});
