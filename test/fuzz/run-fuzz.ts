import { floodFaults, overflowFaults } from './attack/connection-flood.js';
import { startSlowClients } from './attack/slow-clients.js';
import { aftermathFaults } from './check/aftermath.js';
import { costFaults } from './check/check-cost.js';
import { logFaults } from './check/check-log.js';
import { vitalFaults, type Course } from './check/check-vitals.js';
import { startFuzzing, type Fuzzing } from './fuzzing.js';
import { SAMPLE_REQUESTS } from './sample-story.js';
import { sendAll, settled, type SendOptions } from './send-all.js';
import type { Tally } from './tally.js';
import type { Target, Vitals } from './target.js';

export interface FuzzOptions extends SendOptions {
  /** Besides, the costliest requests are sent again and connections are held by the thousand, which takes minutes. */
  readonly patient: boolean;
}

export interface FuzzReport extends Course {
  readonly tally: Tally;
  readonly seconds: number;
  /** What was wrong, a text each; none when the service held. */
  readonly faults: readonly string[];
}

/** Sends that many requests and looks whether the service held; it is stopped afterwards. */
export async function runFuzz(target: Target, options: FuzzOptions): Promise<FuzzReport> {
  const { patient } = options;
  const fuzzing = startFuzzing(target);
  for (const [as, body] of SAMPLE_REQUESTS) fuzzing.known.learn(await target.submit(as, body));
  const slow = patient ? slowClients(target, fuzzing) : null;
  const sent = await sendAll(target, fuzzing, options);
  let end: Vitals | null = null;
  const looks: readonly (() => Promise<readonly string[]>)[] = [
    async () => (patient ? costFaults(target, fuzzing, sent.tally.slowest) : []),
    async () => (slow ? slow.ended() : []),
    async () => (patient ? floodFaults(target) : []),
    async () => (patient ? overflowFaults(target) : []),
    async () => {
      end = await settled(target);
      return vitalFaults({ ...sent, end });
    },
    async () => unreached(fuzzing, sent.tally),
    () => aftermathFaults(target),
    async () => logFaults(target.stderr, sent.tally.sent, fuzzing.standard.secrets),
  ];
  const faults = [...sent.faults];
  for (const look of looks) faults.push(...(await look().catch(unexpected)));
  fuzzing.close();
  return { ...sent, end, faults };
}

const slowClients = ({ url, folder }: Target, { standard }: Fuzzing) =>
  startSlowClients(url, folder.keys.ada, standard);

const unexpected = (error: unknown): readonly string[] => [`unexpected: ${String(error)}`];

/** Some routes take what comes about now and then only. */
const ENOUGH = 50_000;

/** A route that nobody got past the checks of was not tried. */
const unreached = ({ routes }: Fuzzing, { sent, succeeded }: Tally): readonly string[] =>
  routes
    .filter((route) => sent >= ENOUGH && !succeeded.has(route))
    .map((route) => `not reached: nobody was answered with success by ${route}`);
