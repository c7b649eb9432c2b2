import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { readLog } from '../contract/sample-log.contract.js';
import type { StoredEvent } from '../event-store.js';
import { LOAD_TYPESCRIPT } from '../../../test/support/load-typescript.js';
import { openSqliteEventStore } from './sqlite-event-store.js';

const writtenBy = z.object({ append: z.string(), size: z.number() });

describe('a process that is killed while it writes', () => {
  let folder: string;
  let file: string;
  let writer: ChildProcess | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'docket-crash-'));
    file = join(folder, 'events.db');
  });
  afterEach(async () => {
    writer?.kill('SIGKILL');
    await rm(folder, { recursive: true });
  });

  it('leaves every acknowledged append, whole and in order, and nothing half', async () => {
    const acknowledged = await writeUntilKilled(400);
    acknowledged.push(...(await writeUntilKilled(400)));

    const store = await openSqliteEventStore(file);
    const log = await readLog(store, null);
    await store.close();
    const appends = Map.groupBy(log, ({ data }) => writtenBy.parse(JSON.parse(data)).append);
    expect(acknowledged.filter((append) => !appends.has(append))).toEqual([]);
    for (const events of appends.values()) expectWhole(events);
    for (const events of Map.groupBy(log, ({ stream }) => stream).values()) {
      expect(events.map(({ version }) => version)).toEqual([...events.keys()]);
    }
  });

  it('kept others out of its data directory until then', async () => {
    const refused = /events\.db is in use by another process/;
    await writeUntilKilled(1, () =>
      expect(openSqliteEventStore(file)).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringMatching(refused),
      }),
    );
    const store = await openSqliteEventStore(file);
    await store.close();
  });

  /** Kills the writer once it was told of so many appends; what else it was told by then is in the answer too. */
  async function writeUntilKilled(
    appends: number,
    whileItRuns: () => Promise<void> = async () => {},
  ): Promise<string[]> {
    const script = join(import.meta.dirname, 'kill-writer.contract.ts');
    writer = spawn(process.execPath, [...LOAD_TYPESCRIPT, script, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(writer, 'exit');
    const acknowledged: string[] = [];
    if (writer.stdout === null) throw new Error('The writer has no output.');
    for await (const line of createInterface({ input: writer.stdout })) {
      acknowledged.push(line);
      if (acknowledged.length !== appends) continue;
      await whileItRuns();
      writer.kill('SIGKILL');
    }
    expect(await exited).toEqual([null, 'SIGKILL']);
    return acknowledged;
  }
});

function expectWhole(events: readonly StoredEvent[]): void {
  const [first] = events;
  const { size } = writtenBy.parse(JSON.parse(first?.data ?? 'null'));
  expect(events).toHaveLength(size);
  const versions = events.map(({ version }) => version - (first?.version ?? 0));
  expect(versions).toEqual([...events.keys()]);
}
