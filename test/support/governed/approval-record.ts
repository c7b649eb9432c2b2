import type { ApprovalTerms } from '../../../src/policy/classification.js';
import { AUTHORS, voicesIn, type Act, type Person, type TermsByWord } from './approval-acts.js';

const MINUTE = 60_000;
const MAX_AMENDMENTS = 10;

/** What the request was at one time, as people look at it, and what they said to it. */
interface Version {
  readonly text: string;
  readonly terms: ApprovalTerms;
  /** The minute from which on nobody can decide any more. */
  readonly end: number;
  readonly yes: Map<string, Person>;
  isEscalated: boolean;
}

type Standing = 'waits' | 'approved' | 'over' | 'started';

/**
 * What people say in minutes of their own, by the words they saw and not by digests, and what has to come of it. It
 * shares nothing with the rules of the service.
 */
export class ApprovalRecord {
  readonly versions: Version[] = [];
  /** Who edited, and for whom. */
  readonly editors: string[] = [];
  #amendments = 0;
  standing: Standing = 'waits';

  constructor(private readonly terms: TermsByWord) {
    this.#add('an amber request', 0);
  }

  get now(): Version {
    return this.versions.at(-1)!;
  }

  /** What somebody saw who looked so many versions ago. */
  seen(ago: number): Version {
    return this.versions.at(-1 - ago) ?? this.versions[0]!;
  }

  /** Takes an act down where it counts. */
  take(act: Act, minute: number): void {
    const isWaiting = this.standing === 'waits';
    const isInTime = minute < this.now.end;
    switch (act.kind) {
      case 'approve':
        if (isWaiting && isInTime && this.#mayApprove(act)) this.#approve(act.by);
        return;
      case 'reject':
        if (isWaiting && isInTime && this.#mayApprove(act)) this.standing = 'over';
        return;
      case 'amend':
        if (isWaiting && isInTime && this.#mayAmend(act)) this.#amend(act, minute);
        return;
      case 'withdraw':
        if (this.standing !== 'started') this.standing = 'over';
        return;
      case 'expire':
        if (isWaiting && !isInTime) this.standing = 'over';
        return;
      case 'escalate':
        if (isWaiting && isInTime) this.#escalate(minute);
        return;
      case 'remind':
        return;
      case 'start':
        if (this.standing === 'approved') this.standing = 'started';
    }
  }

  /** Whether those who said yes to the content as it is now are all it takes. */
  areEnough(): boolean {
    const { yes, terms } = this.now;
    const people = [...yes.values()];
    const isSeenByOthers = people.some((one) => !anyOf(voicesIn(one), this.editors));
    return (
      people.length >= terms.quorum &&
      (this.editors.length === 0 || isSeenByOthers) &&
      terms.atLeast.every(
        ({ group, count }) => people.filter(({ groups }) => groups.includes(group)).length >= count,
      )
    );
  }

  #add(text: string, minute: number): void {
    const before = this.versions.at(-1);
    const isGreen = text.includes('green');
    const own = this.terms[text.includes('wish') ? 'wish' : 'request'];
    const terms = isGreen && before ? before.terms : own;
    const end = isGreen && before ? before.end : minute + own.expiresAfter / MINUTE;
    const first = Math.min(end, before?.end ?? end);
    this.versions.push({ text, terms, end: first, yes: new Map(), isEscalated: false });
  }

  #isLetIn({ kind, groups }: Person): boolean {
    const { terms, isEscalated } = this.now;
    const eligible = isEscalated ? [...terms.eligible, ...terms.escalation!.to] : terms.eligible;
    if (terms.human && kind === 'machine') return false;
    return terms.eligible.length === 0 || groups.some((group) => eligible.includes(group));
  }

  #mayAmend({ by, seen, text }: Extract<Act, { kind: 'amend' }>): boolean {
    return (
      !anyOf(voicesIn(by), AUTHORS) &&
      this.#isLetIn(by) &&
      this.seen(seen).text === this.now.text &&
      text !== this.now.text &&
      this.#amendments < MAX_AMENDMENTS
    );
  }

  #mayApprove({ by, seen }: Extract<Act, { kind: 'approve' | 'reject' }>): boolean {
    return (
      !anyOf(voicesIn(by), AUTHORS) &&
      this.#isLetIn(by) &&
      ![...this.now.yes.values()].some((one) => anyOf(voicesIn(one), voicesIn(by))) &&
      this.seen(seen).text === this.now.text
    );
  }

  #approve(by: Person): void {
    this.now.yes.set(by.name, by);
    if (this.areEnough()) this.standing = 'approved';
  }

  #amend({ by, text }: Extract<Act, { kind: 'amend' }>, minute: number): void {
    this.editors.push(...voicesIn(by));
    this.#amendments += 1;
    this.#add(text, minute);
    if (text.includes('red')) {
      this.standing = 'over';
      return;
    }
    this.#escalate(minute);
    if (this.#isLetIn(by)) this.#approve(by);
  }

  #escalate(minute: number): void {
    const { terms, end } = this.now;
    if (terms.escalation === null) return;
    const due = terms.escalation.after / MINUTE;
    if (minute >= due && due < end) this.now.isEscalated = true;
  }
}

const anyOf = (voices: readonly string[], others: readonly string[]): boolean =>
  voices.some((voice) => others.includes(voice));
