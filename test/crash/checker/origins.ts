import { isDeepStrictEqual } from 'node:util';
import type { RecordedEvent } from '../../../src/governed-request/recorded-event.js';
import { contentOf } from '../load/crash-requests.js';
import type { Ask, Exchange } from '../records.js';
import { place, shown, type Check, type Stream } from './evidence.js';
import { storyIn } from './submissions.js';

const SERVICE = 'docket';

/** Whatever is recorded in somebody's name, they asked for; whatever the service did by itself had come due. */
export const checkOrigins: Check = ({ exchanges, streams }) => {
  const submissions = groupBy(exchanges, (ask) => (ask.kind === 'submit' ? ask.story : null));
  const others = groupBy(exchanges, (ask) => ('id' in ask ? ask.id : null));
  return [...streams].flatMap(([id, stream]) => {
    const asked = [...(submissions.get(storyIn(stream)) ?? []), ...(others.get(id) ?? [])];
    return stream
      .filter((event) => !isAccountedFor(event, stream, asked))
      .map((event) => {
        const text = `Nobody asked for ${place(event)}, recorded in the name of ${event.metadata.actor}`;
        return { rule: 'nobody-asked', text, evidence: [stream.map(shown), asked] } as const;
      });
  });
};

const groupBy = (exchanges: readonly Exchange[], key: (ask: Ask) => string | null) =>
  Map.groupBy<string | null | undefined, Exchange>(exchanges, ({ ask }) => key(ask));

function isAccountedFor(event: RecordedEvent, stream: Stream, asked: readonly Exchange[]): boolean {
  const { actor } = event.metadata;
  const by = (isIt: (ask: Ask) => boolean) =>
    asked.some(({ as, ask }) => as === actor && isIt(ask));
  switch (event.type) {
    case 'Submitted':
      return event.data.requester === actor && by((ask) => submits(ask, event.data.content));
    case 'Classified':
    case 'ApprovalRequested':
      return by(({ kind }) => kind === 'submit');
    case 'ApprovalGranted':
      return event.data.by === actor && by((ask) => decides(ask, 'approve'));
    case 'ApprovalEscalated':
    case 'ApprovalReminded':
    case 'ApprovalExpired':
      return actor === SERVICE;
    case 'Approved':
      return by((ask) => decides(ask, 'approve'));
    case 'ApprovalRefused':
      return event.data.by === actor && by((ask) => decides(ask, 'reject'));
    case 'Blocked':
      return isBlockAccountedFor(event, stream, by);
    case 'ContentAmended':
      return false;
    case 'OutcomeResolved':
      return event.data.by === actor && by((ask) => resolves(ask, event.data.outcome));
    case 'ExecutionStarted':
    case 'Executed':
    case 'ExecutionFailed':
    case 'ExecutionOutcomeUnknown':
      return actor === SERVICE;
  }
}

const submits = (ask: Ask, content: object): boolean =>
  ask.kind === 'submit' && !ask.reusesKey && isDeepStrictEqual(contentOf(ask.body), content);

const decides = (ask: Ask, decision: 'approve' | 'reject'): boolean =>
  ask.kind === 'decide' && ask.decision === decision;

const resolves = (ask: Ask, outcome: string): boolean =>
  ask.kind === 'resolve' && ask.outcome === outcome;

function isBlockAccountedFor(
  { data, metadata }: Extract<RecordedEvent, { readonly type: 'Blocked' }>,
  stream: Stream,
  by: (isIt: (ask: Ask) => boolean) => boolean,
): boolean {
  switch (data.code) {
    case 'policy':
      return by(({ kind }) => kind === 'submit');
    case 'refused':
      return data.by === metadata.actor && by((ask) => decides(ask, 'reject'));
    case 'withdrawn':
      return data.by === metadata.actor && by(({ kind }) => kind === 'withdraw');
    case 'expired': {
      const asked = stream.find((event) => event.type === 'ApprovalRequested');
      return metadata.actor === SERVICE && asked !== undefined && asked.data.expiresAt <= data.at;
    }
  }
}
