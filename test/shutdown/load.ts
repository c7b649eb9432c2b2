import { requestIdFor } from '../../src/governed-request/submit-request/submission.js';
import { noAnswer, submitTo, type Answered } from '../replicas/support/answered.js';
import type { Call } from '../support/docket/http-client.js';
import { SUMMARY } from '../support/docket/sample-requests.js';

const AT_ONCE = 8;

/** Callers who submit one request after the other for as long as somebody takes them. */
export interface Load {
  /** What they were told so far. */
  readonly answers: readonly Answered[];
  /** The keys of those who were told nothing of their request. */
  readonly unanswered: readonly string[];
  /** Resolves when nobody takes any more. */
  readonly refused: Promise<unknown>;
}

export function startLoad(call: Call): Load {
  const answers: Answered[] = [];
  const unanswered: string[] = [];
  let sent = 0;
  const submitOn = async (): Promise<void> => {
    for (;;) {
      const key = `load-${(sent += 1)}`;
      const answer = await submitOnce(call, key);
      answers.push(answer);
      if (answer.status > 0) continue;
      unanswered.push(key);
      return;
    }
  };
  const refused = Promise.all(Array.from({ length: AT_ONCE }, submitOn));
  return { answers, unanswered, refused };
}

/** Submits under this key; status 0 when nothing came, or the word that the service is shutting down. */
export async function submitOnce(call: Call, key: string): Promise<Answered> {
  const service = { name: 'docket', call };
  const asked = { act: 'submit', as: 'ada', requestId: requestIdFor('ada', key) } as const;
  const submission = { as: 'ada', body: SUMMARY, key, prefer: 'wait=60' } as const;
  const answer = await submitTo(service, submission).catch(() => null);
  return answer && answer.code !== 'shutting-down' ? answer : noAnswer(service, asked);
}
