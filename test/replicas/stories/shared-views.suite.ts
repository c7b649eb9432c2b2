import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BuiltProgram } from '../../support/docket/build-program.js';
import { SUMMARY } from '../../support/docket/sample-requests.js';
import { startPostgres, type TestPostgres } from '../../support/postgresql/test-postgres.js';
import { checkViews } from '../checks/check-views.js';
import { planRace } from '../race/plan-race.js';
import { runRace } from '../race/run-race.js';
import { submitTo } from '../support/answered.js';
import { restingStreams, settledViews } from '../support/outcome.js';
import { prepareReplicas, type Replicas } from '../support/replicas.js';
import { endingOf, itHoldsTogether, type Ending } from './story.js';

const REQUESTS = 60;
const SEED = 5;
const REST_WITHIN = 20_000;

export function describeSharedViews(program: () => BuiltProgram): void {
  describe(`A race of ${REQUESTS} requests at 2 replicas that share their views in PostgreSQL`, () => {
    let postgres: TestPostgres;
    let replicas: Replicas;
    let ending: Ending;

    beforeAll(async () => {
      postgres = await startPostgres();
      const views = await postgres.freshSchema();
      replicas = await prepareReplicas(program(), 2, () => ({ DOCKET_VIEWS: views }));
      // Whoever comes first fills the views.
      await replicas.start(1);
      await replicas.start();
      const answers = await runRace(replicas, 'shared', planRace(SEED, 2, REQUESTS));
      ending = await endingOf(replicas, answers, REST_WITHIN);
    }, 300_000);
    afterAll(async () => {
      await replicas.close();
      await postgres.close();
    });

    itHoldsTogether(() => ending);

    it('goes on when the one that fills the views is killed: the other one fills them', async () => {
      const [filling, other] = replicas.all;
      await filling?.kill();
      const submission = { as: 'ada', body: SUMMARY, key: undefined, prefer: 'wait=10' } as const;
      const answers = await Promise.all([1, 2, 3].map(() => submitTo(other!, submission)));
      expect(answers.map(({ told }) => told?.status)).toEqual(Array(3).fill('executed'));
      const streams = await restingStreams(replicas, REST_WITHIN);
      expect(streams.size).toBe(REQUESTS + answers.length);
      expect(checkViews(streams, await settledViews(replicas), replicas.policy)).toEqual([]);
      expect(other?.errors).toEqual([]);
    }, 60_000);
  });
}
