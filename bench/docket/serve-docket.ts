/**
 * Docket as it is delivered: the compiled program in the folder that the first argument names, run by Node alone, on SQLite with
 * every commit flushed to disk. Only the agent gateway is a fake. Opens, closes and tells of itself as it is told to.
 *
 * Node runs this file as it is, so that no compiler shares the process: beyond types it imports packages only.
 */
import 'reflect-metadata';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import type { Docket } from '../../src/docket.js';
import type { AgentGateway } from '../../src/openclaw/agent-gateway.js';
import type { Reply, Usage } from './messages.js';

const order = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('open'),
    /** Environment variables, as an operator sets them. */
    settings: z.record(z.string(), z.string()),
    /** Milliseconds that the gateway takes to answer: evenly spread between the two. */
    latency: z.tuple([z.number(), z.number()]),
  }),
  z.object({ do: z.literal('close') }),
  z.object({ do: z.literal('usage'), collect: z.boolean() }),
]);
export type Order = z.infer<typeof order>;

const [, , program = ''] = process.argv;
const built = async <T>(file: string): Promise<T> => (await import(`${program}/${file}`)) as T;
const { startDocket } = await built<typeof import('../../src/docket.js')>('docket.js');
const { createFakeGateway } = await built<typeof import('../../src/openclaw/fake/fake-gateway.js')>(
  'openclaw/fake/fake-gateway.js',
);
const { readConfiguration } = await built<typeof import('../../src/runtime/configuration.js')>(
  'runtime/configuration.js',
);
const { createLogger } =
  await built<typeof import('../../src/runtime/logger.js')>('runtime/logger.js');

let docket: Docket | null = null;
let calls = 0;

/** Answers after a while and keeps nothing of what it was asked: the fake one remembers every call, so each has one of its own. */
function forgetfulGateway([least, most]: readonly [number, number]): AgentGateway {
  return {
    ...createFakeGateway(),
    run(call, deadline, signal) {
      calls += 1;
      const latency = Math.round(least + Math.random() * (most - least));
      return createFakeGateway({ latency }).run(call, deadline, signal);
    },
  };
}

async function open({ settings, latency }: Extract<Order, { do: 'open' }>) {
  calls = 0;
  docket = await startDocket({
    configuration: readConfiguration({ ...settings, DOCKET_PORT: '0' }),
    gateway: forgetfulGateway(latency),
    log: createLogger('error'),
  });
  return { url: docket.url };
}

async function close(): Promise<void> {
  await docket?.close();
  docket = null;
}

async function use(collect: boolean): Promise<Usage> {
  if (collect) await collectGarbage();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { cpu: user + system, rss, heap: heapUsed + external, calls };
}

/** What the first collection finalises, the second one frees. */
async function collectGarbage(): Promise<void> {
  for (let times = 0; times < 2; times += 1) {
    globalThis.gc?.();
    await nextTurn();
  }
}

function carryOut(asked: Order): Promise<unknown> {
  switch (asked.do) {
    case 'open':
      return open(asked);
    case 'close':
      return close();
    case 'usage':
      return use(asked.collect);
  }
}

const answered = (asked: unknown): Promise<Reply> =>
  carryOut(order.parse(asked)).then(
    (answer) => ({ answer: answer ?? null }),
    (error: unknown) => ({ error: String(error) }),
  );

let last: Promise<unknown> = Promise.resolve();
process.on('message', (asked) => {
  last = last.then(async () => process.send?.(await answered(asked)));
});
process.on('disconnect', () => void close().finally(() => process.exit()));
// Ctrl-C reaches the whole group of processes; this one ends when the bench lets go of it.
process.on('SIGINT', () => {});
