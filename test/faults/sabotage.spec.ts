import { describe, expect, it } from '@jest/globals';
import type { Rule } from './checker/violation.js';
import { openStore, type OpenStore } from './open-store.js';
import { runSchedules } from './run-schedules.js';
import { sabotagedStore, sabotages, type Sabotage } from './sabotaged-store.js';
import { scriptedProfile } from './scripted-profile.js';
import { ScriptedTarget } from './scripted-target.js';

const MAX_SCHEDULES = 15;

/** Little time, and faults enough that answers get lost and subscriptions are dropped. */
const profile = {
  ...scriptedProfile,
  pace: {
    ...scriptedProfile.pace,
    span: 250,
    subscribers: [2, 4],
    offers: [
      { kind: 'cut' },
      { kind: 'slow-consumer-drop' },
      { kind: 'no-answer-after-write', times: [4, 10] },
      { kind: 'no-answer', times: [4, 10] },
    ],
  },
  callBound: 3_000,
  settleBound: 3_000,
} as const;

/** What each sabotage is found by. */
const found: Readonly<Record<keyof typeof sabotages, Rule>> = {
  'leaves an event out of a subscription': 'subscriber-missed',
  'hands the last event over again behind a drop': 'subscriber-doubled',
  'loses an event at the seam of a drop': 'subscriber-missed',
  'swaps two events of a batch': 'subscriber-disordered',
  'changes the text of an event on its way to a subscriber': 'subscriber-disordered',
  'ends a subscription at a drop': 'subscriber-ended',
  'tries again with new ids': 'stranger-stored',
  'acknowledges what it does not know': 'acknowledged-lost',
  'says that nothing was written where it does not know': 'refused-but-stored',
  'writes an append in two parts': 'stored-half',
  'names the expected version as the actual one': 'conflict-wrong',
  'never answers an append whose outcome it does not know': 'call-hung',
  'shows a stream without its last event': 'read-missed',
  'shows the log with a gap': 'read-wrong',
  'takes an older event for the head': 'head-wrong',
};

describe('random fault schedules', () => {
  it.concurrent.each(Object.entries(sabotages))(
    'catch a store that %s',
    async (name, sabotage) => {
      const rules = new Set<string>();
      const expected = found[name as keyof typeof sabotages];
      for (let from = 0; from < MAX_SCHEDULES && !rules.has(expected); from += 1) {
        await runSchedules({
          seed: 3,
          from,
          schedules: 1,
          atOnce: 1,
          scheduleMilliseconds: 60_000,
          stageOf: () => ({ profile, start: () => ScriptedTarget.start() }),
          open: opening(sabotage),
          onPlayed: ({ violations }) => violations.forEach(({ rule }) => rules.add(rule)),
        });
      }
      expect([...rules]).toContain(expected);
    },
    60_000,
  );
});

const opening =
  (sabotage: Sabotage): OpenStore =>
  async (connectionString, options) => {
    let drops = 0;
    const onDrop: typeof options.onDrop = (drop) => {
      drops += 1;
      options.onDrop?.(drop);
    };
    const store = await openStore(connectionString, { ...options, onDrop });
    return sabotagedStore(store, sabotage, () => drops);
  };
