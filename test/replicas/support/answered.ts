import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { trace, type RecordedTrace } from '../../../src/views/request-trace/trace.js';
import type { Answer } from '../../support/docket/http-client.js';
import type { Identity } from '../../support/docket/identities.js';
import { recordedPart } from '../../support/docket/recorded-part.js';
import type { Replica } from './replica.js';

/** What a replica said to somebody. */
export interface Answered {
  readonly act: 'submit' | 'approve' | 'reject' | 'withdraw';
  readonly replica: string;
  readonly as: Identity;
  readonly requestId: string | null;
  /** 0 when no answer came, or one that says to try elsewhere: nobody knows what was recorded. */
  readonly status: number;
  /** The trace that was told; null with a problem. */
  readonly told: RecordedTrace | null;
  /** The problem's code; null with a trace. */
  readonly code: string | null;
}

export interface Submission {
  readonly as: Identity;
  readonly body: object;
  readonly key: string | undefined;
  readonly prefer: string;
}

/** Who is asked. */
type Asking = Pick<Replica, 'name' | 'call'>;

const PATIENCE = 20_000;
const PAUSE = 50;

export async function submitTo(
  replica: Asking,
  { as, body, key, prefer }: Submission,
): Promise<Answered> {
  const headers = { prefer, ...(key !== undefined && { 'idempotency-key': key }) };
  const answer = await replica.call(as, 'POST', '/v1/requests', { body, headers });
  return answered('submit', replica, as, answer, null);
}

export async function decideAt(
  replica: Replica,
  as: Identity,
  act: 'approve' | 'reject',
  { id, contentDigest }: RecordedTrace,
): Promise<Answered> {
  const body = { decision: act, contentDigest, comment: 'As we agreed.' };
  const answer = await replica.call(as, 'POST', `/v1/requests/${id}/decisions`, { body });
  return answered(act, replica, as, answer, id);
}

export async function withdrawAt(replica: Replica, as: Identity, id: string): Promise<Answered> {
  const answer = await replica.call(as, 'POST', `/v1/requests/${id}/withdrawal`);
  return answered('withdraw', replica, as, answer, id);
}

type Asked = Pick<Answered, 'act' | 'as' | 'requestId'>;

export const noAnswer = ({ name: replica }: Asking, asked: Asked): Answered => ({
  ...asked,
  replica,
  status: 0,
  told: null,
  code: null,
});

/** Tries one replica after another until one answers; resolves to every try. */
export async function untilAnswered(
  replicas: readonly Replica[],
  begin: number,
  asked: Asked,
  attempt: (replica: Replica) => Promise<Answered>,
): Promise<readonly Answered[]> {
  const tries: Answered[] = [];
  const end = performance.now() + PATIENCE;
  for (let at = begin; ; at += 1) {
    const replica = replicas[at % replicas.length];
    if (replica === undefined) throw new Error('There is no replica.');
    const answer = await attempt(replica).catch(() => null);
    if (answer && answer.status !== 503) return [...tries, answer];
    tries.push(noAnswer(replica, asked));
    if (performance.now() > end) return tries;
    await sleep(PAUSE);
  }
}

const problem = z.object({ code: z.string() });

function answered(
  act: Answered['act'],
  { name: replica }: Asking,
  as: Identity,
  answer: Answer,
  id: string | null,
): Answered {
  const { status } = answer;
  const told = status < 300 ? recordedPart(trace.parse(answer.json())) : null;
  const code = told ? null : problem.parse(answer.json()).code;
  return { act, replica, as, status, told, code, requestId: id ?? told?.id ?? null };
}
