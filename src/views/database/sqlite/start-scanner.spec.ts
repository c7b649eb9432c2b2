import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startScanner, type Scanner } from './start-scanner.js';

/** How many are there. */
const threads = (): number =>
  process.getActiveResourcesInfo().filter((kind) => kind === 'MessagePort').length;

describe('A thread that reads a file', () => {
  let folder: string;
  let file: string;
  let scanner: Scanner;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'docket-scanner-'));
    file = join(folder, 'views', 'views.db');
    scanner = startScanner(file);
  });
  afterEach(async () => {
    await scanner.close();
    await rm(folder, { recursive: true, force: true });
  });

  const createFile = async (): Promise<void> => {
    await mkdir(join(folder, 'views'));
    const database = new DatabaseSync(file);
    database.exec("create table words (word text); insert into words values ('ada'), ('grace')");
    database.close();
  };

  it('answers in the order in which it is asked', async () => {
    await createFile();
    const asked = ['ada', 'linus', 'grace'].map((word) =>
      scanner.query('select word from words where word = ?', [word]),
    );
    expect(await Promise.all(asked)).toEqual([[{ word: 'ada' }], [], [{ word: 'grace' }]]);
  });

  it("tells SQLite's reason and code, and goes on", async () => {
    await createFile();
    await expect(scanner.query('delete from words', [])).rejects.toMatchObject({
      message: 'attempt to write a readonly database',
      errcode: 8,
    });
    await expect(scanner.query('select letter from words', [])).rejects.toThrow('letter');
    expect(await scanner.query('select count(*) as count from words', [])).toEqual([{ count: 2 }]);
  });

  it('is started anew by the next question when it has died', async () => {
    const before = threads();
    const asked = [scanner.query('select 1', []), scanner.query('select 2', [])];
    for (const { status } of await Promise.allSettled(asked)) expect(status).toBe('rejected');
    await createFile();
    expect(await scanner.query('select 3 as three', [])).toEqual([{ three: 3 }]);
    await scanner.close();
    expect(threads()).toBe(before);
  });

  it('answers what it was asked before it is closed', async () => {
    await createFile();
    const answer = scanner.query('select count(*) as count from words', []);
    await scanner.close();
    expect(await answer).toEqual([{ count: 2 }]);
  });
});
