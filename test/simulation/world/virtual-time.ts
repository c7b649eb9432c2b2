import { syncBuiltinESMExports } from 'node:module';
import { runningProcess } from './simulated-process.js';
import type { Scheduled } from './schedule.js';

const promises = process.getBuiltinModule('node:timers/promises');
const crypto = process.getBuiltinModule('node:crypto');

const real = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setImmediate: globalThis.setImmediate,
  dateNow: Date.now,
  performanceNow: performance.now.bind(performance),
  sleep: promises.setTimeout,
  nextTurn: promises.setImmediate,
  randomUUID: crypto.randomUUID,
};

/** Resolves when everything that is able to run has run. */
export const settled = (): Promise<void> =>
  new Promise((resolve) => void real.setImmediate(resolve));

/** The real time in milliseconds, for measuring simulations themselves. */
export const realTime = (): number => real.performanceNow();

/**
 * From here on, code that runs as a simulated process gets virtual timers and times, and UUIDs of its seed; all other
 * code notices nothing. Modules that import these functions by name have to be imported behind it where the module
 * loader copies them, as Jest's does. Resolves to what undoes it.
 */
export function installVirtualTime(): () => void {
  assign({
    setTimeout: virtualSetTimeout as typeof setTimeout,
    clearTimeout: virtualClearTimeout as typeof clearTimeout,
    setImmediate: virtualSetImmediate as typeof setImmediate,
    dateNow: () => runningProcess()?.time() ?? real.dateNow(),
    performanceNow: () => runningProcess()?.schedule.now ?? real.performanceNow(),
    sleep: virtualSleep as typeof promises.setTimeout,
    nextTurn: virtualNextTurn as typeof promises.setImmediate,
    randomUUID: (options) => runningProcess()?.random.uuid() ?? real.randomUUID(options),
  });
  return () => assign(real);
}

function assign(functions: typeof real): void {
  const { setTimeout, clearTimeout, setImmediate, sleep, nextTurn, randomUUID } = functions;
  Object.assign(globalThis, { setTimeout, clearTimeout, setImmediate });
  Object.assign(Date, { now: functions.dateNow });
  Object.assign(performance, { now: functions.performanceNow });
  Object.assign(promises, { setTimeout: sleep, setImmediate: nextTurn });
  Object.assign(crypto, { randomUUID });
  syncBuiltinESMExports();
}

/** What `setTimeout` answers in a simulated process. */
class VirtualTimer {
  constructor(readonly scheduled: Scheduled) {}

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

function virtualSetTimeout(act: (...args: unknown[]) => void, delay = 1, ...args: unknown[]) {
  const owner = runningProcess();
  if (!owner) return real.setTimeout(act, delay, ...args);
  return new VirtualTimer(owner.timer(delay, () => act(...args)));
}

function virtualClearTimeout(timer?: NodeJS.Timeout | VirtualTimer): void {
  if (timer instanceof VirtualTimer) timer.scheduled.cancel();
  else real.clearTimeout(timer);
}

function virtualSetImmediate(act: (...args: unknown[]) => void, ...args: unknown[]) {
  const owner = runningProcess();
  if (!owner) return real.setImmediate(act, ...args);
  return new VirtualTimer(owner.turn(() => act(...args)));
}

interface SleepOptions {
  readonly signal?: AbortSignal | undefined;
  readonly ref?: boolean | undefined;
}

function virtualSleep(delay?: number, value?: unknown, options?: SleepOptions): Promise<unknown> {
  const owner = runningProcess();
  if (!owner) return real.sleep(delay, value, options);
  return waiting((done) => owner.timer(delay ?? 1, done), value, options?.signal);
}

function virtualNextTurn(value?: unknown, options?: SleepOptions): Promise<unknown> {
  const owner = runningProcess();
  if (!owner) return real.nextTurn(value, options);
  return waiting((done) => owner.turn(done), value, options?.signal);
}

function waiting(
  begin: (done: () => void) => Scheduled,
  value: unknown,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      scheduled.cancel();
      reject(new DOMException('The operation was aborted', 'AbortError'));
    };
    const scheduled = begin(() => {
      signal?.removeEventListener('abort', abort);
      resolve(value);
    });
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}
