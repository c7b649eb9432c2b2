import { setTimeout as sleep } from 'node:timers/promises';
import type { ScriptedEventStoreDb } from '../support/eventstoredb/scripted-server.js';
import type { Acts } from './act-out.js';

/** How late everything comes over a slow wire. */
const MILLISECONDS_LATE = 15;
const DOWN_MILLISECONDS = 20;

/** What happens to a node that is asked at that moment for, and not to its process. */
export const actsOf = (node: () => ScriptedEventStoreDb): Acts => ({
  silence: async ({ milliseconds }) => {
    const { wire } = node();
    wire.silence();
    await sleep(milliseconds);
    wire.speak();
  },
  'slow-wire': async ({ milliseconds }) => {
    const { wire } = node();
    wire.slowDown(MILLISECONDS_LATE);
    await sleep(milliseconds);
    wire.slowDown(0);
  },
  cut: () => node().wire.cut(),
  'not-ready': async ({ milliseconds }) => {
    const server = node();
    server.setReady(false);
    await sleep(milliseconds);
    server.setReady(true);
  },
  'access-denied': async ({ milliseconds }) => {
    const server = node();
    server.denyAccess();
    await sleep(milliseconds);
    server.denyAccess(false);
  },
  'not-leader': ({ times }) => {
    for (let time = 0; time < times; time += 1) node().redirectNextCall();
  },
  'appends-not-ready': ({ times }) => node().failAppends('not-ready', times),
  'cut-after-write': ({ times }) => node().failAppends('cut-after-write', times),
  'no-answer-after-write': ({ times }) => node().failAppends('no-answer-after-write', times),
  'no-answer': ({ times }) => node().failAppends('no-answer', times),
  'late-appends': async ({ milliseconds }) => {
    const server = node();
    server.holdAppends();
    await sleep(milliseconds);
    server.releaseAppends();
  },
  'half-append': async ({ milliseconds }) => {
    const server = node();
    server.splitNextAppend();
    await sleep(milliseconds);
    server.releaseAppends();
  },
  'forgotten-ids': () => node().forgetIds(),
  'slow-consumer-drop': () => node().dropSubscribers(),
});

/** What happens to the process of a node; `whileDown` before it starts again. */
export const processActsOf = (
  node: () => ScriptedEventStoreDb,
  whileDown: () => void = () => {},
): Acts => ({
  kill: async ({ milliseconds }) => {
    const server = node();
    await server.stop();
    whileDown();
    await sleep(milliseconds);
    await server.startAgain();
  },
  'kill-in-flight': async ({ milliseconds, times }) => {
    const server = node();
    server.holdAppends();
    await sleep(milliseconds);
    await server.stop({ committed: times });
    whileDown();
    await sleep(DOWN_MILLISECONDS);
    await server.startAgain();
  },
  stop: async ({ milliseconds }) => {
    const server = node();
    await server.stopGracefully(milliseconds);
    whileDown();
    await sleep(DOWN_MILLISECONDS);
    await server.startAgain();
  },
});

/** Ends what has no end of its own. */
export function heal(server: ScriptedEventStoreDb): void {
  server.wire.speak();
  server.wire.slowDown(0);
  server.setReady(true);
  server.denyAccess(false);
  server.releaseAppends();
}
