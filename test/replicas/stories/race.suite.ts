import { beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { RecordedEvent } from '../../../src/governed-request/recorded-event.js';
import { planRace } from '../race/plan-race.js';
import { runRace } from '../race/run-race.js';
import type { Replicas } from '../support/replicas.js';
import { endingOf, itHoldsTogether, only, type Ending } from './story.js';

const amount = z.coerce.number().int().positive();
const REQUESTS = amount.default(200).parse(process.env['DOCKET_TEST_REPLICAS_REQUESTS']);
const SEED = amount.default(4).parse(process.env['DOCKET_TEST_REPLICAS_SEED']);

const REST_WITHIN = 20_000;

/** Starts the replicas up to this number and has requests race at them. */
export function describeRace(replicas: () => Replicas, count: number): void {
  describe(`A race of ${REQUESTS} requests at ${count} replicas (seed ${SEED})`, () => {
    let ending: Ending;

    beforeAll(async () => {
      await replicas().start(count);
      const plan = planRace(SEED + count, count, REQUESTS);
      const answers = await runRace(replicas(), `race-${count}`, plan);
      ending = await endingOf(replicas(), answers, REST_WITHIN);
    }, 180_000);

    itHoldsTogether(() => ending);

    it('records every request once, however many replicas got it', () => {
      expect(only(ending.streams, ending.answers).size).toBe(REQUESTS);
      expect(new Set(ending.answers.map(({ requestId }) => requestId)).size).toBe(REQUESTS);
    });

    it('was a race: every way to win and to lose happened, and no agent failed', () => {
      const codes = new Set(ending.answers.map(({ code }) => code));
      expect(codes).toEqual(
        new Set([null, 'not-awaiting-approval', 'already-decided', 'not-withdrawable']),
      );
      const events = [...only(ending.streams, ending.answers).values()].flat();
      expect(new Set(events.flatMap(outcomeOf))).toEqual(
        new Set(['Executed', 'policy', 'refused', 'withdrawn']),
      );
    });
  });
}

function outcomeOf(event: RecordedEvent): readonly string[] {
  if (event.type === 'Blocked') return [event.data.code];
  return event.type.startsWith('Execut') && event.type !== 'ExecutionStarted' ? [event.type] : [];
}
