import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { EventStoreError } from '../event-store.errors.js';
import { Writability } from './writability.js';

const failure = new EventStoreError('unavailable', 'The disk is full.');

describe('whether the log can be written to', () => {
  let home: string;
  let folder: string;
  let told: boolean[];
  let writability: Writability;

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'docket-writable-'));
    folder = join(home, 'data');
    told = [];
    writability = new Writability(join(folder, 'events.db'), (isWritable) => told.push(isWritable));
    jest.spyOn(performance, 'now').mockReturnValue(0);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await rm(home, { recursive: true });
  });

  const aSecondLater = () =>
    jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 1_000);
  const refuses = () =>
    expect(writability.check()).rejects.toMatchObject({ code: 'read-only', cause: failure });

  it('is not doubted before an append failed, whatever could be written', async () => {
    await writability.check();
    expect(told).toEqual([]);
  });

  it('is denied for a second behind a failed append, and then found out', async () => {
    await mkdir(folder);
    writability.failed(failure);
    await refuses();
    aSecondLater();
    await writability.check();
    expect(told).toEqual([false, true]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is denied as long as nothing can be written, tried once a second, and told once', async () => {
    writability.failed(failure);
    for (let seconds = 0; seconds < 3; seconds += 1) {
      aSecondLater();
      await expect(writability.check()).rejects.toMatchObject({ code: 'read-only' });
    }
    await mkdir(folder);
    await expect(writability.check()).rejects.toMatchObject({ code: 'read-only' });
    aSecondLater();
    await Promise.all([writability.check(), writability.check()]);
    expect(told).toEqual([false, true]);
  });

  it('is known again as soon as an append succeeds', async () => {
    writability.failed(failure);
    writability.succeeded();
    await writability.check();
    expect(told).toEqual([false, true]);
  });
});
