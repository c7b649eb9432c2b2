import type { RecordedEvent } from '../../../src/governed-request/recorded-event.js';
import { requestIdFor } from '../../../src/governed-request/submit-request/submission.js';
import type { BuiltProgram } from '../../support/docket/build-program.js';
import { SUMMARY } from '../../support/docket/sample-requests.js';
import { noAnswer, submitTo, type Answered, type Submission } from '../support/answered.js';
import { eventually } from '../support/eventually.js';
import type { RecordingGateway } from '../support/recording-gateway.js';
import type { Replica } from '../support/replica.js';
import { prepareReplicas, type Replicas } from '../support/replicas.js';

/** How long waiting for what comes at once may take on a busy machine. */
const SOON = 20_000;
/** Seconds that the gateway has for a call: the replicas must be lost before they are over. */
const DEADLINE = 4;

/** Requests by what had become of them when their replica was lost. */
interface Lost {
  /** The agent was at it. */
  readonly calling: readonly string[];
  /** Allowed, and waiting for their turn. */
  readonly queued: readonly string[];
}

/** Three replicas, of which one was killed and one put to sleep with work under way; the third goes on. */
export interface LostReplicas {
  readonly replicas: Replicas;
  readonly survivor: Replica;
  readonly sleeper: Replica;
  readonly killed: Lost & { readonly at: number };
  readonly asleep: Lost;
  /** What the clients of the killed replica got, and then the survivor's answers to them. */
  readonly answers: readonly Answered[];
  /** Queued ones that were repeated at the survivor; the others are its sweeper's. */
  readonly repeated: readonly string[];
}

/** Puts one replica to sleep, then kills another; comes back as soon as both are lost. */
export async function loseReplicas(program: BuiltProgram): Promise<LostReplicas> {
  const executions = ['1', '2', '16'];
  const replicas = await prepareReplicas(program, executions.length, (at) => ({
    DOCKET_EXECUTION_DEADLINE: `${DEADLINE}`,
    DOCKET_MAX_EXECUTIONS: executions[at] ?? '',
  }));
  const [doomed, sleeper, survivor] = replicas.all;
  if (!doomed || !sleeper || !survivor) throw new Error('There are too few replicas.');
  await replicas.start();
  // Its sweeper must take nothing over before the others are lost.
  survivor.pause();
  const asleep = await putToSleep(replicas, sleeper);
  const { killed, unanswered } = await killAtWork(replicas, doomed);
  survivor.resume();
  const repeated = killed.queued.slice(0, 2);
  const answers = await repeat(replicas, survivor, [...killed.calling, ...repeated]);
  // Nobody waits for these answers any more, but the sleeper finds them when it wakes.
  replicas.gateway.release();
  return {
    replicas,
    survivor,
    sleeper,
    killed,
    asleep,
    repeated,
    answers: [...unanswered, ...answers],
  };
}

async function putToSleep(replicas: Replicas, sleeper: Replica): Promise<Lost> {
  const { gateway, policy } = replicas;
  const [first, second, ...queued] = submissions(`${policy}-asleep`, 5);
  if (!first || !second) throw new Error('There are too few submissions.');
  const leave = (submission: Submission) => void submitTo(sleeper, submission).catch(() => null);
  const calling = [idOf(first), idOf(second)];
  gateway.hold(calling);
  for (const submission of [first, second]) leave(submission);
  await called(gateway, calling);
  for (const submission of queued) leave(submission);
  await recorded(replicas, queued.map(idOf), 'Classified');
  sleeper.pause();
  return { calling, queued: queued.map(idOf) };
}

async function killAtWork(replicas: Replicas, doomed: Replica) {
  const { gateway, policy } = replicas;
  const [first, ...others] = submissions(`${policy}-killed`, 6);
  if (!first) throw new Error('There are too few submissions.');
  const submit = (submission: Submission) =>
    submitTo(doomed, { ...submission, prefer: 'wait=30' }).catch(() =>
      noAnswer(doomed, { act: 'submit', as: submission.as, requestId: idOf(submission) }),
    );
  gateway.hold([idOf(first)]);
  const sent = [submit(first)];
  await called(gateway, [idOf(first)]);
  sent.push(...others.map(submit));
  await recorded(replicas, others.map(idOf), 'Classified');
  await doomed.kill();
  const killed = { calling: [idOf(first)], queued: others.map(idOf), at: Date.now() };
  return { killed, unanswered: await Promise.all(sent) };
}

/** The clients of the dead one turn to the survivor, in their haste twice at the same moment. */
async function repeat(
  { policy }: Replicas,
  survivor: Replica,
  ids: readonly string[],
): Promise<readonly Answered[]> {
  const again = submissions(`${policy}-killed`, 6)
    .filter((submission) => ids.includes(idOf(submission)))
    .flatMap((submission) => [submission, submission]);
  return Promise.all(again.map((submission) => submitTo(survivor, submission)));
}

const submissions = (name: string, count: number): readonly (Submission & { key: string })[] =>
  Array.from({ length: count }, (_, at) => ({
    as: 'ada',
    body: SUMMARY,
    key: `${name}-${at}`,
    prefer: 'respond-async',
  }));

const idOf = ({ as, key }: Submission): string => requestIdFor(as, key);

const called = (gateway: RecordingGateway, ids: readonly string[]): Promise<unknown> =>
  eventually('the agent is at it', SOON, () => ids.every((id) => gateway.callsOf(id).length > 0));

const recorded = (
  { log }: Replicas,
  ids: readonly string[],
  type: RecordedEvent['type'],
): Promise<unknown> =>
  eventually(`${type} is on record`, SOON, async () => {
    const streams = await Promise.all(ids.map((id) => log.eventsOf(id)));
    return streams.every((events) => events.some((event) => event.type === type));
  });
