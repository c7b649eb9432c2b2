import { isDeepStrictEqual } from 'node:util';
import { contentDigest } from '../../../src/governed-request/content-digest.js';
import type {
  EventData,
  EventType,
  RequestContent,
} from '../../../src/governed-request/governed-request.events.js';
import type { RecordedEvent } from '../../../src/governed-request/recorded-event.js';
import { traceOf } from '../../../src/views/request-trace/evolve-trace.js';
import { APPROVERS } from '../people/matters.js';
import type { Answer } from '../world/history.js';
import type { RequestInvariant } from './invariant.js';

type Recorded<T extends EventType> = Extract<RecordedEvent, { readonly type: T }>;

const ofType = <T extends EventType>(events: readonly RecordedEvent[], type: T) =>
  events.filter((event): event is Recorded<T> => event.type === type);

/** What happened to the content as it stands. */
const sinceAmended = (events: readonly RecordedEvent[]): readonly RecordedEvent[] =>
  events.slice(events.findLastIndex(({ type }) => type === 'ContentAmended') + 1);

/** The digest that may run behind these events, null while nothing may. */
function allowedDigest(events: readonly RecordedEvent[]): string | null {
  let asked: string | null = null;
  let allowed: string | null = null;
  let isAmended = false;
  for (const { type, data } of events) {
    if (type === 'Submitted' || type === 'ContentAmended') asked = data.contentDigest;
    if (type === 'Submitted' || type === 'ContentAmended' || type === 'Blocked') allowed = null;
    if (type === 'ContentAmended') isAmended = true;
    if (type === 'Classified') allowed = isGreen(data) && !isAmended ? asked : null;
    if (type === 'Approved') allowed = data.contentDigest === asked ? asked : null;
  }
  return allowed;
}

const isGreen = ({ risk, allow, requiresApproval }: EventData<'Classified'>): boolean =>
  risk === 'green' && allow && !requiresApproval;

const startedOnlyWhatWasAllowed: RequestInvariant = {
  name: 'nothing is started that no event allowed with the same content digest',
  check({ events }) {
    for (const [at, event] of events.entries()) {
      if (event.type !== 'ExecutionStarted') continue;
      const allowed = allowedDigest(events.slice(0, at));
      if (allowed !== event.data.contentDigest) {
        return `${event.data.contentDigest} was started where ${allowed} was allowed`;
      }
    }
    return null;
  },
};

const approvedByOthers: RequestInvariant = {
  name: 'what is approved was granted in time by as many others as the quorum asks for',
  check({ events }) {
    for (const { data, version } of ofType(events, 'Approved')) {
      const before = events.slice(0, version);
      const terms = ofType(before, 'ApprovalRequested').at(-1)?.data;
      const requester = ofType(before, 'Submitted')[0]?.data.requester;
      const since = sinceAmended(before);
      const counting = ofType(since, 'ApprovalGranted').filter(
        ({ data: granted, metadata }): boolean =>
          terms !== undefined &&
          granted.contentDigest === terms.contentDigest &&
          granted.contentDigest === data.contentDigest &&
          granted.by === metadata.actor &&
          !voicesIn(granted).includes(requester ?? '') &&
          Date.parse(granted.at) < Date.parse(terms.expiresAt) &&
          mayDecide(granted, terms, ofType(since, 'ApprovalEscalated').length > 0),
      );
      const people = new Set(counting.map((granted) => granted.data.by));
      const voices = counting.flatMap((granted) => voicesIn(granted.data));
      if (new Set(voices).size < voices.length) return `of ${voices.join(', ')} some are one voice`;
      const isMet = terms && people.size >= terms.quorum && hasEnoughOfEach(terms, counting);
      if (!isMet || !data.by.every((one) => people.has(one))) {
        return `it was approved by ${data.by.join(', ')}, granted by ${[...people].join(', ')}`;
      }
    }
    return null;
  },
};

/** A stand-in and whom they stand in for. */
const voicesIn = ({
  by,
  standsInFor,
}: Pick<EventData<'ApprovalGranted'>, 'by' | 'standsInFor'>): readonly string[] =>
  standsInFor === null || standsInFor === by ? [by] : [by, standsInFor];

const mayDecide = (
  { by, standsInFor, groups: recorded }: EventData<'ApprovalGranted'>,
  { eligible, human, escalation }: EventData<'ApprovalRequested'>,
  isEscalated: boolean,
): boolean => {
  const kind = APPROVERS[by]?.kind ?? 'machine';
  const groups = APPROVERS[standsInFor ?? by]?.groups ?? [];
  const allowed = [...eligible, ...((isEscalated && escalation?.to) || [])];
  return (
    isDeepStrictEqual(recorded, groups) &&
    !(human && kind === 'machine') &&
    (eligible.length === 0 || allowed.some((group) => groups.includes(group)))
  );
};

const hasEnoughOfEach = (
  { atLeast }: EventData<'ApprovalRequested'>,
  granted: readonly Recorded<'ApprovalGranted'>[],
): boolean =>
  atLeast.every(({ group, count }) => {
    const members = granted.filter(({ data }) => data.groups.includes(group));
    return new Set(members.map(({ data }) => data.by)).size >= count;
  });

const approvedBeyondEditors: RequestInvariant = {
  name: 'what was amended is approved by somebody who edited none of it',
  check({ events }) {
    for (const { data, version } of ofType(events, 'Approved')) {
      const before = events.slice(0, version);
      const editors = ofType(before, 'ContentAmended').flatMap((event) => voicesIn(event.data));
      const granted = ofType(sinceAmended(before), 'ApprovalGranted');
      const isEdited = (person: Recorded<'ApprovalGranted'>) =>
        voicesIn(person.data).some((voice) => editors.includes(voice));
      if (editors.length > 0 && granted.every(isEdited)) {
        return `${data.by.join(', ')} approved what they had edited`;
      }
    }
    return null;
  },
};

const amendedInTime: RequestInvariant = {
  name: 'an amendment gives a request no more time',
  check({ events }) {
    const [first, ...later] = ofType(events, 'ApprovalRequested').map(({ data }) => data.expiresAt);
    const longer = later.find((expiresAt) => expiresAt > first!);
    return longer ? `it waits until ${longer}, not ${first}` : null;
  },
};

const toldOnce: RequestInvariant = {
  name: 'approvers are reminded and more of them let in once, when it is due',
  check: ({ events }) => firstOf(askings(events), toldBadly),
};

/** The events from each `ApprovalRequested` on until the next one. */
function askings(events: readonly RecordedEvent[]): readonly (readonly RecordedEvent[])[] {
  const starts = ofType(events, 'ApprovalRequested').map(({ version }) => version);
  return starts.map((start, index) => events.slice(start, starts[index + 1]));
}

function toldBadly(events: readonly RecordedEvent[]): string | null {
  const terms = ofType(events, 'ApprovalRequested')[0]?.data;
  const [first, ...more] = ofType(events, 'ApprovalEscalated');
  if (more.length > 0) return `it was escalated ${1 + more.length} times`;
  const due = terms?.escalation?.at ?? '~';
  if (first && !(first.data.at >= due)) return `it was escalated at ${first.data.at}, not ${due}`;
  const told = ofType(events, 'ApprovalReminded').map(({ data }) => data);
  const wrong = told.findIndex(
    ({ number, at }, index) => number !== index + 1 || !(at >= (terms?.reminders[index] ?? '~')),
  );
  return wrong === -1 ? null : `reminder ${wrong + 1} is ${JSON.stringify(told[wrong])}`;
}

const startedOnce: RequestInvariant = {
  name: 'a request is started once',
  check({ events }) {
    const times = ofType(events, 'ExecutionStarted').length;
    return times > 1 ? `it was started ${times} times` : null;
  },
};

const calledOnce: RequestInvariant = {
  name: 'the gateway is called once for a request',
  check: ({ calls }) =>
    calls.length > 1
      ? `it was called by ${calls.map(({ recorded }) => recorded.by).join(', ')}`
      : null,
};

const calledBehindTheStart: RequestInvariant = {
  name: 'the gateway is called only behind the recorded start',
  check({ events, calls }) {
    const early = calls.find(
      ({ eventsBefore }) => ofType(events.slice(0, eventsBefore), 'ExecutionStarted').length === 0,
    );
    return early ? `${early.recorded.by} called before its start was recorded` : null;
  },
};

const calledWhileExecuting: RequestInvariant = {
  name: 'the gateway is not called for a request that rests',
  check({ events, calls }) {
    const late = calls.find(({ eventsBefore }) => events.slice(0, eventsBefore).some(isRest));
    return late ? `${late.recorded.by} called behind the outcome` : null;
  },
};

const calledWithWhatWasAllowed: RequestInvariant = {
  name: 'the gateway is called with exactly the content that was allowed',
  check({ events, calls }) {
    const policyDigest = ofType(events, 'Classified').at(-1)?.data.policy.digest ?? '';
    const allowed = ofType(events, 'ExecutionStarted').at(-1)?.data.contentDigest;
    const other = calls.find(({ recorded: { call } }) => {
      const { agent, sessionKey, ...content } = call;
      const sent = { content: content as RequestContent, agent, sessionKey, policyDigest };
      return contentDigest(sent) !== allowed;
    });
    return other ? `${other.recorded.by} sent something else` : null;
  },
};

const REST: readonly EventType[] = [
  'Executed',
  'ExecutionFailed',
  'ExecutionOutcomeUnknown',
  'Blocked',
];

const isRest = ({ type }: RecordedEvent): boolean => REST.includes(type);

const restIsFinal: RequestInvariant = {
  name: 'a request that rests never wakes up',
  check({ events }) {
    const rest = events.findIndex(isRest);
    if (rest === -1) return null;
    const { type } = events[rest]!;
    const [first, ...others] = events.slice(rest + 1);
    const isFoundOut = type === 'ExecutionOutcomeUnknown' && first?.type === 'OutcomeResolved';
    const woken = isFoundOut ? others[0] : first;
    return woken ? `${woken.type} was recorded behind ${type}` : null;
  },
};

const resolvedByOthers: RequestInvariant = {
  name: 'somebody else than its requester says what came of a request',
  check({ events }) {
    const requester = ofType(events, 'Submitted')[0]?.data.requester;
    const own = ofType(events, 'OutcomeResolved').some(({ data }) => data.by === requester);
    return own ? `${requester} resolved their own request` : null;
  },
};

const outcomeIsTrue: RequestInvariant = {
  name: 'the recorded outcome is what the gateway did',
  check({ events, calls }) {
    const responses = calls.map(({ recorded }) => recorded.response);
    const invented = ofType(events, 'Executed').find(
      ({ data }) => !responses.includes(data.response),
    );
    if (invented) return 'an answer was recorded that the gateway never gave';
    const failed = ofType(events, 'ExecutionFailed').length > 0;
    return failed && calls.some(({ recorded }) => recorded.ran)
      ? 'a failure was recorded of a call that ran'
      : null;
  },
};

const answersAreStored: RequestInvariant = {
  name: 'what an answer said was in the store before',
  check: ({ events, said }) => firstOf(said, (answer) => untruth(events, answer)),
};

function untruth(
  events: readonly RecordedEvent[],
  { trace, eventsBefore, to }: Answer,
): string | null {
  if (trace.version >= eventsBefore) {
    return `${to} was told of version ${trace.version} where ${eventsBefore} events were stored`;
  }
  const stored = traceOf(events.slice(0, trace.version + 1));
  const isTrue = Object.entries(stored ?? {}).every(([key, value]) =>
    isDeepStrictEqual(Object.entries(trace).find(([said]) => said === key)?.[1], value),
  );
  return stored && isTrue
    ? null
    : `${to} was told "${trace.status}" where the store says "${stored?.status}"`;
}

const acceptedWhatWasAsked: RequestInvariant = {
  name: 'what was accepted is what was asked',
  check: ({ events, said }) =>
    firstOf(said, ({ submitted, to }) =>
      submitted && !isDeepStrictEqual(ofType(events, 'Submitted')[0]?.data.content, submitted)
        ? `${to} was answered with another content than they asked for`
        : null,
    ),
};

function firstOf<T>(items: readonly T[], check: (item: T) => string | null): string | null {
  for (const item of items) {
    const wrong = check(item);
    if (wrong !== null) return wrong;
  }
  return null;
}

/** Checked of every request that something was recorded of, behind every step. */
export const REQUEST_INVARIANTS: readonly RequestInvariant[] = [
  startedOnlyWhatWasAllowed,
  approvedByOthers,
  approvedBeyondEditors,
  amendedInTime,
  toldOnce,
  startedOnce,
  calledOnce,
  calledBehindTheStart,
  calledWhileExecuting,
  calledWithWhatWasAllowed,
  restIsFinal,
  resolvedByOthers,
  outcomeIsTrue,
  answersAreStored,
  acceptedWhatWasAsked,
];
