import { afterAll, beforeAll, describe } from '@jest/globals';
import { buildProgram, type BuiltProgram } from '../../support/docket/build-program.js';
import { describeDying } from '../stories/dying.suite.js';
import { describeRace } from '../stories/race.suite.js';
import { describeSharedViews } from '../stories/shared-views.suite.js';
import { prepareReplicas, type Replicas } from '../support/replicas.js';

describe('Replicas over one event log', () => {
  let program: BuiltProgram;
  let replicas: Replicas;

  beforeAll(async () => {
    program = await buildProgram();
    replicas = await prepareReplicas(program, 3);
  }, 180_000);
  afterAll(async () => {
    await replicas.close();
    await program.remove();
  });

  describeSharedViews(() => program);
  describeRace(() => replicas, 3);
  describeDying(() => replicas);
});
