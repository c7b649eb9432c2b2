import fc from 'fast-check';
import { amendRequest } from '../../../src/governed-request/amend-request/amend-request.js';
import { approveRequest } from '../../../src/governed-request/decide-approval/approve-request.js';
import { rejectRequest } from '../../../src/governed-request/decide-approval/reject-request.js';
import { startExecution } from '../../../src/governed-request/execute-request/start-execution.js';
import { expireApproval } from '../../../src/governed-request/expire-approval/expire-approval.js';
import type { GovernedRequestEvent } from '../../../src/governed-request/governed-request.events.js';
import {
  evolve,
  notSubmitted,
  type GovernedRequest,
} from '../../../src/governed-request/governed-request.js';
import { Refused } from '../../../src/governed-request/refused.js';
import { submitRequest } from '../../../src/governed-request/submit-request/submit-request.js';
import { withdrawRequest } from '../../../src/governed-request/withdraw-request/withdraw-request.js';
import { asking, DEADLINE, minutesLater, saying } from './commands.js';
import { testPolicy } from './test-policy.js';

/** Ada asked on behalf of Edsger; both are approvers themselves. */
export const AUTHORS = ['ada', 'edsger'];
const SUBMISSION = { ...asking('an amber request'), requester: 'ada', onBehalfOf: 'edsger' };
/** Minutes after which nobody can approve any more. */
export const LIFETIME = 60;

interface Person {
  readonly name: string;
  readonly groups: readonly string[];
}

/** One thing somebody does, some minutes after the one before. */
type Act = { readonly after: number } & (
  | { readonly kind: 'approve' | 'reject'; readonly by: Person; readonly seen: number }
  | { readonly kind: 'amend'; readonly by: Person; readonly seen: number; readonly text: string }
  | { readonly kind: 'expire' | 'withdraw' | 'start' }
);

interface Terms {
  readonly quorum: number;
  readonly eligible: string[];
}

const group = fc.constantFrom('finance', 'legal');
const person = fc.record({
  name: fc.constantFrom('grace', 'linus', 'barbara', 'kurt', ...AUTHORS),
  groups: fc.uniqueArray(group),
});
export const anyTerms = fc.record({
  quorum: fc.integer({ min: 1, max: 3 }),
  eligible: fc.uniqueArray(group),
});
const text = fc.constantFrom(
  'an amber request',
  'an amber one',
  'a green one',
  'another green one',
  'an amber wish',
);
const after = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0, max: 4 }) },
  { weight: 1, arbitrary: fc.constant(LIFETIME) },
);
/** The content that somebody looks at: the last one, or one that was there before. */
const seen = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }) },
);
const anyAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('approve'), by: person, seen, after }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('amend'), by: person, seen, text, after }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reject'), by: person, seen, after }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('start', 'start', 'start', 'start', 'expire', 'withdraw'),
      after,
    }),
  },
);

export const anyActs = fc.array(anyAct, { maxLength: 24, size: 'max' });

/** What the request was at one time, as people look at it. */
interface Version {
  readonly contentDigest: string;
  readonly text: string;
}

/** A yes that was taken: whose, when, to which words, and how many versions there were. */
interface Yes {
  readonly by: Person;
  readonly minute: number;
  readonly text: string;
  readonly version: number;
}

/** Plays the acts and keeps a record of its own, by what people saw and said and not by digests. */
export class ApprovalStory {
  readonly versions: Version[] = [];
  readonly yes: Yes[] = [];
  readonly editors: string[] = [];
  readonly executed: string[] = [];
  isRefused = false;
  #request: GovernedRequest = notSubmitted;
  #minute = 0;

  constructor(
    private readonly terms: Terms,
    acts: readonly Act[],
  ) {
    this.#take(() => submitRequest(this.#request, SUBMISSION, this.policy, minutesLater(0)));
    this.#addVersion();
    for (const one of acts) this.#play(one);
  }

  get policy() {
    return testPolicy(this.terms);
  }

  #play(one: Act): void {
    this.#minute += one.after;
    const now = minutesLater(this.#minute);
    const events = this.#take(() => this.#eventsOf(one, now));
    if (events.length === 0) return;
    if (one.kind === 'reject') this.isRefused = true;
    if (one.kind === 'start') this.executed.push(textOf(this.#request));
    if (one.kind === 'amend') {
      this.editors.push(one.by.name);
      this.#addVersion();
    }
    if (events.every(({ type }) => type !== 'ApprovalGranted')) return;
    if (one.kind === 'amend') this.#addYes(one.by, one.text);
    if (one.kind === 'approve') this.#addYes(one.by, this.#lookedAt(one).text);
  }

  #addVersion(): void {
    this.versions.push({ contentDigest: digestOf(this.#request), text: textOf(this.#request) });
  }

  #addYes(by: Person, words: string): void {
    this.yes.push({ by, minute: this.#minute, text: words, version: this.versions.length });
  }

  /** What they saw may have been amended since. */
  #lookedAt({ seen: ago }: { readonly seen: number }): Version {
    return this.versions.at(-1 - ago) ?? this.versions[0]!;
  }

  #eventsOf(one: Act, now: Date): readonly GovernedRequestEvent[] {
    const request = this.#request;
    switch (one.kind) {
      case 'approve':
        return approveRequest(request, this.#decisionOf(one, now));
      case 'reject':
        return rejectRequest(request, this.#decisionOf(one, now), this.policy);
      case 'amend': {
        const decision = this.#decisionOf(one, now);
        const amendment = { ...decision, comment: 'Better so.', edit: saying(one.text) };
        return amendRequest(request, amendment, this.policy);
      }
      case 'expire':
        return expireApproval(request, now, this.policy);
      case 'withdraw':
        return withdrawRequest(request, { requester: 'ada', comment: null, now });
      case 'start':
        return startExecution(request, now, DEADLINE);
    }
  }

  #decisionOf(one: Extract<Act, { readonly by: Person }>, now: Date) {
    const { name: approver, groups } = one.by;
    return {
      approver,
      kind: 'human' as const,
      groups,
      contentDigest: this.#lookedAt(one).contentDigest,
      comment: 'As we agreed.',
      now,
    };
  }

  #take(decide: () => readonly GovernedRequestEvent[]): readonly GovernedRequestEvent[] {
    try {
      const events = decide();
      this.#request = events.reduce(evolve, this.#request);
      return events;
    } catch (error) {
      if (error instanceof Refused) return [];
      throw error;
    }
  }
}

const textOf = (request: GovernedRequest): string =>
  'content' in request && request.content.kind === 'chat' ? request.content.request : '';

const digestOf = (request: GovernedRequest): string =>
  'contentDigest' in request ? request.contentDigest : '';
