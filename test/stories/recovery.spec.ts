import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { openSqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { createFakeGateway } from '../../src/openclaw/fake/fake-gateway.js';
import { tracePage } from '../../src/views/request-trace/request-trace.schema.js';
import type { Trace } from '../../src/views/request-trace/trace.js';
import { createHeldGateway, type HeldGateway } from '../support/held-gateway.js';
import { until } from '../support/docket/until.js';
import { makeDataFolder, type DataFolder } from '../support/docket/data-folder.js';
import { DRAFT, SUMMARY, TRANSFER } from '../support/docket/sample-requests.js';
import {
  startTestDocket,
  type TestDocket,
  type TestDocketOptions,
} from '../support/docket/test-docket.js';

const MONTH = 30 * 86_400_000;
const inAMonth = { now: () => new Date(Date.now() + MONTH) };

/** What a story started, so that a failing one leaves nothing running. */
let started: TestDocket[] = [];

async function start(options: TestDocketOptions): Promise<TestDocket> {
  const docket = await startTestDocket(options);
  started.push(docket);
  return docket;
}

afterEach(async () => {
  await Promise.all(started.map((docket) => docket.close()));
  started = [];
});

describe('A service that crashed', () => {
  let crashed: TestDocket;
  let left: DataFolder;
  let running: Trace;
  let queued: Trace;
  let approved: Trace;
  let waiting: Trace;

  beforeEach(async () => {
    const gateway = createFakeGateway({ answer: () => 'hang' });
    crashed = await start({ gateway, settings: { maxExecutions: 1 } });
    const submit = (body: object) => crashed.submit('ada', body, { prefer: 'respond-async' });
    running = await submit(SUMMARY);
    await crashed.reached(running.id, 'executing');
    queued = await submit(SUMMARY);
    approved = await submit(DRAFT);
    waiting = await submit(DRAFT);
    const { id, contentDigest } = approved;
    await crashed.call('grace', 'POST', `/v1/requests/${id}/decisions`, {
      body: { decision: 'approve', contentDigest },
    });
    await crashed.reached(id, 'approved');
    left = await crashed.folder.copy();
  });
  afterEach(() => left.remove());

  it('carries out what was allowed and never started, once', async () => {
    const docket = await start({ folder: left });
    for (const { id } of [queued, approved]) {
      const done = await docket.reached(id, 'executed');
      const calls = docket.gateway.calls.filter(({ sessionKey }) => sessionKey === `docket-${id}`);
      expect([done.execution?.outcome, calls.length]).toEqual(['executed', 1]);
    }
  });

  it('leaves alone what another may still be carrying out, and what waits for people', async () => {
    const docket = await start({ folder: left });
    await docket.reached(approved.id, 'executed');
    expect((await docket.traceOf(running.id)).status).toBe('executing');
    expect((await docket.traceOf(waiting.id)).status).toBe('awaiting-approval');
    expect(docket.gateway.calls).toHaveLength(2);
  });

  it('is not kept from the others by a request that cannot be read any more', async () => {
    const store = await openSqliteEventStore(join(left.path, 'events.db'));
    const stream = `governedRequest-${approved.id}`;
    const { length } = await store.readStream(stream);
    const alien = { id: randomUUID(), type: 'Alien', data: '{}', metadata: '{}' };
    await store.append(stream, length - 1, [alien]);
    await store.close();
    const docket = await start({ folder: left });
    await docket.reached(queued.id, 'executed');
    const sessions = docket.gateway.calls.map(({ sessionKey }) => sessionKey);
    expect(sessions).toEqual([queued.sessionKey]);
  });

  it('leaves to the next sweeps what there is no room for, the newest, and carries it out then', async () => {
    const more = await start({
      folder: left,
      gateway: createFakeGateway({ answer: () => 'hang' }),
    });
    const requests: Trace[] = [];
    for (let count = 0; count < 80; count += 1) {
      requests.push(await more.submit('ada', SUMMARY, { prefer: 'respond-async' }));
    }
    const crowded = await left.copy();
    const gateway = createHeldGateway();
    const settings = { maxExecutions: 1 };
    const docket = await startTestDocket<HeldGateway>({ folder: crowded, gateway, settings });
    started.push(docket);
    const isHeld = async () =>
      /^docket_executions_queued 64$/m.test((await docket.call(null, 'GET', '/metrics')).text);
    await until(isHeld);
    const newest = await docket.traceOf(requests.at(-1)!.id);
    expect(newest).toMatchObject({ status: 'classified', queued: { place: null } });
    gateway.release(100);
    await docket.reached(newest.id, 'executed');
    await until(async () => !(await isHeld()));
    expect(new Set(gateway.calls.map(({ sessionKey }) => sessionKey)).size).toBe(
      gateway.calls.length,
    );
    await docket.close();
    await crowded.remove();
  });

  it('never calls the agent again for what was started: past its deadline nobody knows the outcome', async () => {
    const docket = await start({ folder: left, clock: inAMonth });
    const abandoned = await docket.reached(running.id, 'outcome-unknown');
    expect(abandoned.execution?.error?.code).toBe('execution-abandoned');
    const sessions = docket.gateway.calls.map(({ sessionKey }) => sessionKey);
    expect(sessions).not.toContain(`docket-${running.id}`);
  });

  it('blocks what nobody decided in time, and says so', async () => {
    const docket = await start({ folder: left, clock: inAMonth });
    const expired = await docket.reached(waiting.id, 'blocked');
    expect(expired).toMatchObject({
      approval: { state: 'expired' },
      blocked: { by: 'docket', code: 'expired' },
      execution: null,
    });
    expect(expired.blocked?.alternative).toMatch(/\w/);
    const late = await docket.decide('grace', 'approve', waiting);
    expect(late.status).toBe(409);
  });

  it('takes no approval that comes too late, swept or not', async () => {
    const docket = await start({ folder: left, clock: inAMonth });
    const late = await docket.decide('grace', 'approve', waiting);
    const { code } = z.object({ code: z.string() }).parse(late.json());
    expect(late.status).toBe(409);
    expect(['approval-expired', 'not-awaiting-approval']).toContain(code);
  });
});

describe('A service whose clock leaps ahead', () => {
  it('gives nothing up that it still carries out itself, and records what came of it', async () => {
    let ahead = 0;
    const gateway = createHeldGateway();
    const docket = await start({ gateway, clock: { now: () => new Date(Date.now() + ahead) } });
    const running = await docket.submit('ada', SUMMARY, { prefer: 'respond-async' });
    const waiting = await docket.submit('ada', DRAFT);
    await until(() => gateway.begun.length === 1);
    ahead = MONTH;
    // Behind it the sweep has looked at what is executed.
    await docket.reached(waiting.id, 'blocked');
    gateway.release();
    const { execution } = await docket.reached(running.id, 'executed');
    expect(execution?.response).toContain(SUMMARY.request);
  });
});

describe('A service that is started again', () => {
  let folder: DataFolder;

  beforeEach(async () => {
    folder = await makeDataFolder();
  });
  afterEach(() => folder.remove());

  it('has the same keys, and writes plain ones only the first time, for its owner alone', async () => {
    const settings = { keysFile: join(folder.path, 'made-keys.json') };
    const first = await start({ folder, settings });
    const plainFile = first.firstKeysFile ?? '';
    const plain = readFileSync(plainFile, 'utf8');
    const stored = readFileSync(settings.keysFile, 'utf8');
    await first.close();
    for (const file of [plainFile, settings.keysFile]) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
    }
    const keys = z.record(z.string(), z.string()).parse(JSON.parse(plain));
    expect(Object.keys(keys)).toEqual(['requester', 'approver', 'auditor', 'analyst', 'admin']);
    for (const key of Object.values(keys)) expect(stored).not.toContain(key.slice(24));

    const second = await start({ folder, settings });
    expect(second.firstKeysFile).toBeNull();
    expect(readFileSync(plainFile, 'utf8')).toBe(plain);
    expect(readFileSync(settings.keysFile, 'utf8')).toBe(stored);
    const headers = { authorization: `Bearer ${keys['auditor']}` };
    expect((await second.call(null, 'GET', '/v1/events', { headers })).status).toBe(200);
    expect((await second.call('audrey', 'GET', '/v1/events')).status).toBe(401);
    await second.close();
  });

  it('tells the same of every request, also when its views are gone', async () => {
    const first = await start({ folder });
    await first.submit('ada', SUMMARY);
    await first.submit('bob', TRANSFER);
    await first.decide('grace', 'reject', await first.submit('ada', DRAFT));
    const told = await everything(first);
    await first.close();

    const second = await start({ folder });
    expect(await everything(second)).toEqual(told);
    await second.close();

    for (const suffix of ['', '-wal', '-shm']) {
      rmSync(join(folder.path, `views.db${suffix}`), { force: true });
    }
    const third = await start({ folder });
    expect(await everything(third)).toEqual(told);
    await third.close();
  });

  it('still knows what an Idempotency-Key stands for', async () => {
    const headers = { 'idempotency-key': 'kept' };
    const first = await start({ folder });
    const { id } = await first.submit('ada', SUMMARY, headers);
    await first.close();
    const second = await start({ folder });
    expect((await second.submit('ada', SUMMARY, headers)).id).toBe(id);
    expect(second.gateway.calls).toEqual([]);
    await second.close();
  });

  async function everything(docket: TestDocket) {
    const log = await docket.log();
    const query = `limit=500&minPosition=${log.at(-1)?.position}`;
    const answer = await docket.call('audrey', 'GET', `/v1/requests?${query}`);
    return { log, traces: tracePage.parse(answer.json()).items };
  }
});
