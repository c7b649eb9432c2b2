import { isDeepStrictEqual } from 'node:util';
import type { RecordedEvent } from '../../../src/governed-request/recorded-event.js';
import { traceOf } from '../../../src/views/request-trace/evolve-trace.js';
import type { Answered } from '../support/answered.js';
import type { Streams } from '../support/event-log.js';

/** How those who came too late are told. */
const LATE: Readonly<Record<Exclude<Answered['act'], 'submit'>, readonly string[]>> = {
  approve: ['not-awaiting-approval', 'already-decided'],
  reject: ['not-awaiting-approval', 'already-decided'],
  withdraw: ['not-withdrawable'],
};

/** Answers that are not true, or not clear; one line each. */
export function checkAnswers(streams: Streams, answers: readonly Answered[]): readonly string[] {
  const byRequest = Map.groupBy(answers, ({ requestId }) => requestId);
  return [
    ...answers.flatMap((answer) => [...checkAnswer(streams, answer)].map(sayOf(answer))),
    ...[...streams].flatMap(([id, events]) =>
      [...checkWinners(events, byRequest.get(id) ?? [])].map((fault) => `${id}: ${fault}`),
    ),
  ];
}

function* checkAnswer(streams: Streams, { act, status, told, code, requestId }: Answered) {
  if (status === 0) return;
  if (told === null) {
    const isClear = act !== 'submit' && status === 409 && LATE[act].includes(code ?? '');
    if (!isClear) yield `it was answered ${status} ${code}`;
    return;
  }
  const events = streams.get(requestId ?? '') ?? [];
  const trueThen = traceOf(events.slice(0, told.version + 1));
  if (told.id !== requestId || !isDeepStrictEqual(trueThen, told)) {
    yield `it was told ${told.status} at version ${told.version}, which the log does not say`;
  }
}

/** As many were told that they did something as there are events of it; only who got no answer may have done it too. */
function* checkWinners(
  events: readonly RecordedEvent[],
  answers: readonly Answered[],
): Iterable<string> {
  const isFirst = ({ act, told, status }: Answered) => act !== 'submit' || (told && status !== 200);
  const told = deeds(answers.filter((answer) => answer.told !== null && isFirst(answer)));
  const open = deeds(answers.filter(({ status }) => status === 0));
  const recorded = events.flatMap(deedOf);
  for (const deed of new Set([...told, ...recorded])) {
    const [did, may, are] = [told, open, recorded].map((all) => countOf(all, deed)) as Counts;
    if (did > are || did + may < are) yield `"${deed}" was told ${did} times and recorded ${are}`;
  }
}

type Counts = [told: number, open: number, recorded: number];

const deeds = (answers: readonly Answered[]): readonly string[] =>
  answers.map(({ as, act }) => `${as} ${act}`);

const countOf = (all: readonly string[], one: string): number =>
  all.filter((each) => each === one).length;

function deedOf({ type, data }: RecordedEvent): readonly string[] {
  if (type === 'Submitted') return [`${data.requester} submit`];
  if (type === 'ApprovalGranted') return [`${data.by} approve`];
  if (type === 'ApprovalRefused') return [`${data.by} reject`];
  if (type === 'Blocked' && data.code === 'withdrawn') return [`${data.by} withdraw`];
  return [];
}

const sayOf =
  ({ requestId, act, as, replica }: Answered) =>
  (fault: string): string =>
    `${requestId}: ${as} would ${act} at ${replica}: ${fault}`;
