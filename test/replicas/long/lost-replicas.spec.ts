import { afterAll, beforeAll, describe } from '@jest/globals';
import { buildProgram, type BuiltProgram } from '../../support/docket/build-program.js';
import { describeExpiry } from '../stories/expiry.suite.js';
import { describeLostReplicas } from '../stories/lost-replicas.suite.js';
import { loseReplicas, type LostReplicas } from '../stories/lost-replicas.js';
import { describeRace } from '../stories/race.suite.js';
import { describeRollingRestart } from '../stories/rolling-restart.suite.js';
import { REAL_SERVER } from '../support/event-log.js';
import { prepareReplicas, type Replicas } from '../support/replicas.js';

describe('Replicas that are lost, restarted and late', () => {
  let program: BuiltProgram;
  let lost: LostReplicas;
  let replicas: Replicas;

  beforeAll(async () => {
    program = await buildProgram();
    lost = await loseReplicas(program);
    replicas = await prepareReplicas(program, 3);
  }, 180_000);
  afterAll(async () => {
    await lost.replicas.close();
    await replicas.close();
    await program.remove();
  });

  // What lost replicas leave behind takes most of a minute to come to rest. The other stories are told meanwhile,
  // unless they share a server: any replica takes over what it finds there.
  if (REAL_SERVER !== '') describeLostReplicas(() => lost);
  describeRace(() => replicas, 2);
  describeExpiry(() => replicas);
  describeRollingRestart(() => replicas);
  if (REAL_SERVER === '') describeLostReplicas(() => lost);
});
