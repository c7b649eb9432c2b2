import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Send } from '../../test/support/docket/http-client.js';
import { byShare } from '../traffic/random.js';
import { submissionOf, type Colour } from '../traffic/submissions.js';
import { SUBMISSIONS } from './kinds.js';
import type { Load } from './load.js';
import type { Submitted } from './recent-requests.js';

/** Milliseconds that an approver thinks: evenly spread between the two. */
const THINKS = [200, 2_000] as const;

type Submission = keyof typeof SUBMISSIONS;

/** Submits what the mix says; resolves once it was answered, and decided on where it waits for that. */
export async function submit(load: Load, due: number): Promise<void> {
  const { call, meter, random, recent } = load;
  const kind = byShare(SUBMISSIONS, random);
  const expected = kind === 'green' ? 202 : 201;
  const sent = call('ada', 'POST', '/v1/requests', sendingOf(kind, load));
  const answer = await meter.measure(kind, due, expected, sent);
  if (!answer) return;
  const submitted = recent.add(answer);
  if (kind === 'amber') await approve(load, submitted);
}

/** Those who wait for the agent's answer make their call safe to repeat; the others take the answer that it is recorded. */
function sendingOf(kind: Submission, { random }: Load): Send {
  const colour: Colour = kind === 'green, awaited' ? 'green' : kind;
  const headers =
    kind === 'green' ? { prefer: 'respond-async' } : { 'idempotency-key': randomUUID() };
  return { body: submissionOf(colour, random), headers };
}

/** Somebody else approves what waits, after some thought, as the answer to its submission shows it. */
async function approve({ call, meter, random }: Load, waiting: Submitted): Promise<void> {
  const [least, most] = THINKS;
  const thought = Math.round(least + random() * (most - least));
  const due = performance.now() + thought;
  await sleep(thought);
  const { id, contentDigest } = waiting;
  const body = { decision: 'approve', contentDigest, comment: 'As it should be.' };
  await meter.measure(
    'decision',
    due,
    200,
    call('grace', 'POST', `/v1/requests/${id}/decisions`, { body }),
  );
}
