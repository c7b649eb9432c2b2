import pLimit from 'p-limit';
import { traceOf } from '../../../src/views/request-trace/evolve-trace.js';
import type { RecordedTrace } from '../../../src/views/request-trace/trace.js';
import { decideAt, submitTo, withdrawAt, type Answered } from '../support/answered.js';
import type { Replica } from '../support/replica.js';
import type { Replicas } from '../support/replicas.js';
import { APPROVERS, type Act, type PlannedRequest } from './plan-race.js';

const AT_THE_SAME_TIME = 12;

/** Plays the plan against the replicas, under keys of this race; resolves to every answer that anybody got. */
export async function runRace(
  replicas: Replicas,
  race: string,
  plan: readonly PlannedRequest[],
): Promise<readonly Answered[]> {
  const limit = pLimit(AT_THE_SAME_TIME);
  const played = plan.map((planned, at) =>
    limit(() => play(replicas, planned, `${replicas.policy}-${race}-${at}`)),
  );
  return (await Promise.all(played)).flat();
}

async function play(
  replicas: Replicas,
  planned: PlannedRequest,
  name: string,
): Promise<readonly Answered[]> {
  const { body, requester: as, submitTo: targets, prefer } = planned;
  const key = targets.length > 1 ? name : undefined;
  const submissions = await Promise.all(
    targets.map((at) => submitTo(replicaAt(replicas.all, at), { as, body, key, prefer })),
  );
  const shown = submissions[0]?.told;
  if (!shown) return submissions;
  const acted = await Promise.all(planned.acts.map((act) => perform(replicas, act, shown)));
  const settled = planned.isDecided ? await settle(replicas, shown) : [];
  return [...submissions, ...acted, ...settled];
}

function perform(
  replicas: Replicas,
  { kind, as, replica }: Act,
  shown: RecordedTrace,
): Promise<Answered> {
  const target = replicaAt(replicas.all, replica);
  if (kind === 'withdraw') return withdrawAt(target, as, shown.id);
  return decideAt(target, as, kind, shown);
}

/** One approver is too few where two are asked for: the others come, one after another. */
async function settle(replicas: Replicas, shown: RecordedTrace): Promise<readonly Answered[]> {
  const answers: Answered[] = [];
  const running = replicas.all.filter(({ isRunning }) => isRunning);
  for (const [at, approver] of APPROVERS.entries()) {
    const trace = traceOf(await replicas.log.eventsOf(shown.id));
    if (trace?.status !== 'awaiting-approval') return answers;
    const target = replicaAt(running, at % running.length);
    answers.push(await decideAt(target, approver, 'approve', shown));
  }
  return answers;
}

function replicaAt(replicas: readonly Replica[], at: number): Replica {
  const replica = replicas[at];
  if (replica === undefined) throw new Error(`There is no replica ${at}.`);
  return replica;
}
