import { connect } from 'node:net';
import { constants } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { STOP_WITHIN } from '../../src/cli/exit-within.js';
import { requestIdFor } from '../../src/governed-request/submit-request/submission.js';
import { checkAnswers } from '../replicas/checks/check-answers.js';
import { checkCalls } from '../replicas/checks/check-calls.js';
import { checkStreams } from '../replicas/checks/check-streams.js';
import type { Answered } from '../replicas/support/answered.js';
import { eventually } from '../replicas/support/eventually.js';
import type { Streams } from '../replicas/support/event-log.js';
import {
  startRecordingGateway,
  type RecordingGateway,
} from '../replicas/support/recording-gateway.js';
import { buildProgram, type BuiltProgram } from '../support/docket/build-program.js';
import { makeDataFolder, type DataFolder } from '../support/docket/data-folder.js';
import { STUB_TOKEN } from '../support/openclaw-stub.js';
import { startLoad, submitOnce } from './load.js';
import { readStreams } from './read-streams.js';
import { serve, type Served } from './served.js';

const DRAIN_SECONDS = 2;
const HUNG = 'hung';
const hungId = requestIdFor('ada', HUNG);

let program: BuiltProgram;
let gateway: RecordingGateway;
let folder: DataFolder;
let service: Served | undefined;

const start = async (drainSeconds = DRAIN_SECONDS): Promise<Served> => {
  service = await serve(program, folder, {
    DOCKET_DRAIN_DELAY: String(drainSeconds),
    OPENCLAW_URL: gateway.url,
    OPENCLAW_TOKEN: STUB_TOKEN,
  });
  return service;
};

beforeAll(async () => {
  program = await buildProgram();
  gateway = await startRecordingGateway();
  gateway.latency = 40;
  gateway.hold([hungId]);
}, 60_000);
afterAll(async () => {
  await gateway.close();
  await program.remove();
});

describe('A service that gets SIGTERM under load', () => {
  let answers: readonly Answered[];
  let unanswered: readonly string[];
  let hung: Answered;
  let ready: unknown;
  let answeredBefore: number;
  let code: number | string;
  let took: number;
  let stopped: Streams;

  beforeAll(async () => {
    folder = await makeDataFolder();
    const { call, url, signal } = await start();
    const load = startLoad(call);
    const waiting = submitOnce(call, HUNG);
    const unfinished = connect(Number(new URL(url).port), '127.0.0.1');
    unfinished.on('error', () => undefined).write('GET /healthz HTTP/1.1\r\n');
    await eventually('there is load', 30_000, () => {
      return load.answers.length > 30 && gateway.callsOf(hungId).length > 0;
    });
    answeredBefore = load.answers.length;
    const began = performance.now();
    const ended = signal('SIGTERM');
    ready = await eventually('it is not ready', 10_000, async () => {
      const answer = await call(null, 'GET', '/readyz');
      return answer.status === 503 && answer.json();
    });
    code = await ended;
    took = performance.now() - began;
    await load.refused;
    [answers, unanswered] = [load.answers, load.unanswered];
    [hung, stopped] = [await waiting, await readStreams(folder.path)];
  }, 180_000);
  afterAll(async () => {
    await service?.remove();
    await folder.remove();
  });

  it('says that it is not ready, and still takes requests meanwhile', () => {
    expect(ready).toMatchObject({ ready: false, reasons: ['It is shutting down.'] });
    const taken = answers.filter(({ status }) => status === 201);
    expect(taken.length).toBeGreaterThan(answeredBefore);
  });

  it('ends with 0 and within its bound, whoever does not come to an end', () => {
    expect(code).toBe(0);
    expect(took).toBeLessThan(DRAIN_SECONDS * 1_000 + STOP_WITHIN);
  });

  it('has everything on record that anybody was told', () => {
    expect(checkAnswers(stopped, [...answers, hung])).toEqual([]);
  });

  it('records of a call that hangs that nobody knows what came of it, and tells who waits for it', () => {
    expect([hung.status, hung.told?.status]).toEqual([201, 'outcome-unknown']);
    expect(stopped.get(hungId)?.at(-1)).toMatchObject({ type: 'ExecutionOutcomeUnknown' });
  });

  it('starts again at once, finishes what is left, and calls nothing twice', async () => {
    const { call, signal } = await start();
    const again = await Promise.all(unanswered.map((key) => submitOnce(call, key)));
    expect(again.map(({ told }) => told?.status)).toEqual(unanswered.map(() => 'executed'));
    await eventually('nothing runs', 30_000, async () => {
      const traces = (await call('audrey', 'GET', '/v1/requests?status=executing')).text;
      return traces.includes('"items":[]');
    });
    expect(await signal('SIGTERM')).toBe(0);
    const streams = await readStreams(folder.path);
    expect(checkStreams(streams)).toEqual([]);
    expect(checkCalls(streams, gateway.calls)).toEqual([]);
    expect(streams.get(hungId)).toEqual(stopped.get(hungId));
  }, 120_000);
});

describe('A service that gets a second signal', () => {
  beforeAll(async () => {
    folder = await makeDataFolder();
  });
  afterAll(async () => {
    await service?.remove();
    await folder.remove();
  });

  it('ends at once, and its exit code says so', async () => {
    const { running, signal } = await start(30);
    running.process.kill('SIGTERM');
    await eventually('it was heard', 30_000, () => running.stderr.includes('shutting down'));
    expect(await signal('SIGTERM')).toBe(128 + constants.signals.SIGTERM);
  }, 90_000);
});
