import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { trace, type Trace } from '../../src/views/request-trace/trace.js';
import { makeDataFolder, type DataFolder } from '../support/docket/data-folder.js';
import { runCommand } from '../support/docket/run-command.js';
import { DRAFT, SUMMARY, TRANSFER } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';
import { parseCsv } from '../support/views/parse-csv.js';

const REQUEST_FORMATS = ['requests?format=csv', 'requests?format=jsonl'];
const UNKNOWN = '019a0000-0000-7000-8000-000000000000';

/** A running service, and the data directory of one that was stopped after the same requests. */
let docket: TestDocket;
let stopped: DataFolder;
let approved: Trace;
let exported: ReadonlyMap<string | undefined, string>;

beforeAll(async () => {
  docket = await startTestDocket();
  await docket.submit('ada', SUMMARY);
  const waiting = await docket.submit('ada', DRAFT);
  approved = trace.parse((await docket.decide('grace', 'approve', waiting)).json());
  await docket.submit('ada', { request: 'Summarise \u001b[31mred\u001b[0m \u202Eright to left' });
  const { position } = await docket.submit('bob', TRANSFER);
  await docket.traceOf(approved.id, position);
  const formats = ['events?format=trace-csv', 'events?format=jsonl', ...REQUEST_FORMATS];
  const texts = formats.map((what) => docket.call('audrey', 'GET', `/v1/exports/${what}`));
  exported = new Map((await Promise.all(texts)).map(({ text }, index) => [formats[index], text]));
  stopped = await docket.folder.copy();
});
afterAll(async () => {
  await docket.close();
  await stopped.remove();
});

const run = (...args: string[]) => runCommand(args, { DOCKET_DATA_DIR: stopped.path });
const ask = (...args: string[]) =>
  runCommand([...args, '--url', docket.url], { DOCKET_KEY: docket.folder.keys.audrey });

describe('`replay`', () => {
  it('prints the events of a request as a timeline', async () => {
    const { code, stdout, stderr } = await run('replay', approved.id);
    expect([code, stderr]).toEqual([0, '']);
    const heads = stdout.split('\n').filter((line) => /^\d{4}-/.test(line));
    expect(heads.map((head) => head.split('  ').slice(1, 3).join(' '))).toEqual([
      'Submitted by ada, machine',
      'Classified by ada, machine',
      'ApprovalRequested by ada, machine',
      'ApprovalGranted by grace, human',
      'Approved by grace, human',
      'ExecutionStarted by docket, service',
      'Executed by docket, service',
    ]);
    expect(heads.at(-1)).toMatch(/\(version 6, position \d+, \+\d+ ms\)$/);
    expect(stdout).toContain(`    response: The fake agent was asked: ${DRAFT.request}\n`);
  });

  it('prints the same when it asks the service that runs', async () => {
    expect(await ask('replay', approved.id)).toEqual(await run('replay', approved.id));
    expect(await ask('replay', approved.id.toUpperCase())).toEqual(
      await run('replay', approved.id.toUpperCase()),
    );
  });

  it('lets no text steer the terminal', async () => {
    const steering = (await docket.log()).find(({ data }) => JSON.stringify(data).includes('[31m'));
    const { stdout } = await run('replay', steering?.stream.slice('governedRequest-'.length) ?? '');
    expect(stdout).toContain('[31mred');
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it.each([UNKNOWN, 'rubbish', '../../etc/passwd'])(
    'ends with 1 and one line for %s',
    async (id) => {
      expect(await run('replay', id)).toEqual({
        code: 1,
        stdout: '',
        stderr: `docket: There is no request ${id}.\n`,
      });
      const asked = await ask('replay', id);
      expect([asked.code, asked.stdout]).toEqual([1, '']);
      expect(asked.stderr).toMatch(/^docket: The service answered 40[04]: [^\n]+\n$/);
    },
  );

  it('says what is wrong with the key, and never prints it', async () => {
    const args = ['replay', approved.id, '--url', docket.url];
    const none = await runCommand(args, {});
    expect([none.code, none.stderr]).toEqual([
      1,
      expect.stringMatching(/^docket: Set DOCKET_KEY [^\n]+\n$/),
    ]);
    const { keys } = docket.folder;
    for (const [key, status] of [
      [`${keys.audrey}x`, 401],
      [keys.ana, 403],
    ] as const) {
      const refused = await runCommand(args, { DOCKET_KEY: key });
      expect([refused.code, refused.stdout]).toEqual([1, '']);
      expect(refused.stderr).toMatch(
        new RegExp(`^docket: The service answered ${status}: [^\\n]+\\n$`),
      );
      expect(refused.stderr).not.toContain(key);
    }
    const broken = await runCommand(args, { DOCKET_KEY: `${keys.audrey}\r` });
    expect([broken.code, broken.stderr]).toEqual([
      1,
      'docket: DOCKET_KEY has characters that no key has.\n',
    ]);
  });

  it.each(['nonsense', 'localhost:3000', 'http://', 'ftp://127.0.0.1'])(
    'says that %s is no address of a service',
    async (url) => {
      for (const args of [['replay', approved.id], ['export'], ['webhooks', 'list']]) {
        const { code, stdout, stderr } = await runCommand([...args, '--url', url], {
          DOCKET_KEY: docket.folder.keys.audrey,
        });
        expect([code, stdout]).toEqual([1, '']);
        expect(stderr).toMatch(/^docket: --url takes an address such as [^\n]+\n$/);
      }
    },
  );

  it('needs no other setting for its key to be set', async () => {
    const settings = { DOCKET_DATA_DIR: stopped.path, DOCKET_KEY: docket.folder.keys.audrey };
    expect((await runCommand(['replay', approved.id], settings)).code).toBe(0);
  });
});

describe('`export`', () => {
  it.each([
    ['events', 'trace-csv'],
    ['events', 'jsonl'],
    ['requests', 'csv'],
    ['requests', 'jsonl'],
  ])('writes %s as %s, the same as the service does', async (what, format) => {
    const args = ['export', '--what', what, '--format', format];
    const expected = { code: 0, stdout: exported.get(`${what}?format=${format}`), stderr: '' };
    expect(await run(...args)).toEqual(expected);
    expect(await ask(...args)).toEqual(expected);
  });

  it('writes a file that only its owner reads', async () => {
    const file = join(stopped.path, 'docket-traces.csv');
    expect(await run('export', '--output', file)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const [header, ...rows] = parseCsv(readFileSync(file, 'utf8'));
    expect(header).toEqual(['trace_id', 'ts', 'stage', 'payload']);
    expect(rows).toHaveLength((await docket.log()).length);
  });

  it('ends with 1 and one line when the format does not fit or the file cannot be made', async () => {
    const wrong = await run('export', '--what', 'requests', '--format', 'trace-csv');
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringMatching(/^docket: [^\n]+\n$/)]);
    const nowhere = await run('export', '--output', join(stopped.path, 'no', 'such', 'folder'));
    expect([nowhere.code, nowhere.stderr]).toEqual([
      1,
      expect.stringMatching(/^docket: ENOENT[^\n]+\n$/),
    ]);
  });
});

describe('`rebuild`', () => {
  it('fills the views with the same rows again, and says from how many events', async () => {
    const before = rowsIn(stopped);
    expect(before.request_trace).toHaveLength(4);
    const database = new DatabaseSync(join(stopped.path, 'views.db'));
    database.exec(`update request_trace set status = 'executed'; delete from risk_fact`);
    database.close();
    expect(rowsIn(stopped)).not.toEqual(before);

    const log = new DatabaseSync(join(stopped.path, 'events.db'), { readOnly: true });
    const events = log.prepare('select count(*) as events from events').get()?.['events'];
    log.close();
    const { code, stdout } = await run('rebuild');
    expect([code, stdout]).toEqual([
      0,
      `Rebuilt request-trace, approval-queue, risk-report from ${String(events)} events.\n`,
    ]);
    expect(rowsIn(stopped)).toEqual(before);
  });

  it('may be about one view alone', async () => {
    const { code, stdout } = await run('rebuild', 'risk-report');
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^Rebuilt risk-report from \d+ events\.\n$/),
    ]);
  });
});

describe('A command on the data directory', () => {
  it.each([['replay', UNKNOWN], ['export'], ['rebuild']])(
    '%s is told in one line when a service uses it',
    async (...args) => {
      const settings = { DOCKET_DATA_DIR: docket.folder.path };
      const { code, stdout, stderr } = await runCommand(args, settings);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/^docket: [^\n]+ is in use by another process[^\n]*\n$/);
    },
  );

  it.each([['replay', UNKNOWN], ['export'], ['rebuild']])(
    '%s makes no log where there is none',
    async (...args) => {
      const empty = await makeDataFolder();
      const result = await runCommand(args, { DOCKET_DATA_DIR: empty.path });
      expect(result).toEqual({
        code: 1,
        stdout: '',
        stderr: `docket: There is no event log in ${empty.path}; set DOCKET_DATA_DIR.\n`,
      });
      expect(existsSync(join(empty.path, 'events.db'))).toBe(false);
      await empty.remove();
    },
  );

  it('ends with 2 when a setting is wrong or unknown', async () => {
    for (const settings of [{ DOCKET_MAX_EXECUTIONS: '0' }, { DOCKET_COLOUR: 'red' }]) {
      const { code, stderr } = await runCommand(['replay', UNKNOWN], settings);
      expect([code, stderr]).toEqual([2, expect.stringMatching(/^docket: DOCKET_[^\n]+\n$/)]);
    }
  });
});

/** Every row of every view. */
function rowsIn({ path }: DataFolder) {
  const database = new DatabaseSync(join(path, 'views.db'));
  try {
    const rows = (table: string) => database.prepare(`select * from ${table} order by 1`).all();
    return {
      request_trace: rows('request_trace'),
      approval_queue: rows('approval_queue'),
      risk_fact: rows('risk_fact'),
    };
  } finally {
    database.close();
  }
}
