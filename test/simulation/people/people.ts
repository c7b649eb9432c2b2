import type { Command } from '@nestjs/cqrs';
import { callerActing } from '../../../src/governed-request/acting.js';
import { contentDigest } from '../../../src/governed-request/content-digest.js';
import { AmendRequest } from '../../../src/governed-request/amend-request/amend-request.command.js';
import { ApproveRequest } from '../../../src/governed-request/decide-approval/approve-request.command.js';
import { RejectRequest } from '../../../src/governed-request/decide-approval/reject-request.command.js';
import type { FindRights } from '../../../src/governed-request/decide-approval/right.js';
import type { RequestContent } from '../../../src/governed-request/governed-request.events.js';
import type { Handled } from '../../../src/governed-request/governed-requests.js';
import { ResolveOutcome } from '../../../src/governed-request/resolve-outcome/resolve-outcome.command.js';
import { SubmitRequest } from '../../../src/governed-request/submit-request/submit-request.command.js';
import { submissionOf } from '../../../src/governed-request/submit-request/submission.js';
import { WithdrawRequest } from '../../../src/governed-request/withdraw-request/withdraw-request.command.js';
import { person } from '../../support/governed/person.js';
import type { StoredTrace } from '../world/expected-views.js';
import type { Replica } from '../world/replica.js';
import { simulatedPolicy } from '../world/simulated-policy.js';
import type { World } from '../world/world.js';
import { APPROVERS, type Deed, type Matter } from './matters.js';

const RETRY = 1_000;
const MAX_TRIES = 4;

/** What a matter has come to, as its people know it. */
interface Standing {
  readonly matter: Matter;
  /** The id that the last submission got. */
  id: string | null;
  /** That of the content that somebody heard of last. */
  contentDigest: string;
}

/** A call that waits for its answer. */
export interface PendingCall {
  readonly replica: Replica;
  readonly label: string;
}

/** The people of one simulation: they do what was drawn at whichever replica they come to, and try again where nobody answers. */
export class People {
  readonly pending = new Set<PendingCall>();
  /** What was thrown that no caller should ever be told. */
  surprise: Error | null = null;
  /** How many calls were answered, and how many refused or failed. */
  answers = 0;
  refusals = 0;
  #planned = 0;

  constructor(
    private readonly world: World,
    matters: readonly Matter[],
  ) {
    for (const matter of matters) {
      const standing = { matter, id: null, contentDigest: '' };
      for (const deed of matter.deeds) this.#plan(deed.at, standing, deed, 1);
    }
  }

  /** Whether they have done everything and know what came of it. */
  get areDone(): boolean {
    return this.#planned === 0 && this.pending.size === 0;
  }

  #plan(delay: number, standing: Standing, deed: Deed, attempt: number): void {
    this.#planned += 1;
    this.world.schedule.after(delay, {
      label: null,
      process: null,
      act: () => {
        this.#planned -= 1;
        this.#do(standing, deed, attempt);
      },
    });
  }

  #do(standing: Standing, deed: Deed, attempt: number): void {
    const { random, living } = this.world;
    const again = () => {
      if (attempt < MAX_TRIES) this.#plan(RETRY, standing, deed, attempt + 1);
    };
    if (living.length === 0) return again();
    if (deed.kind !== 'submit' && standing.id === null) return;
    const replica = random.pick(living);
    const call = { replica, label: `${deed.kind} ${standing.id?.slice(-4) ?? ''}` };
    this.pending.add(call);
    replica.process.onDeath(() => {
      if (this.pending.delete(call) && random.chance(0.7)) again();
    });
    this.#call(replica, standing, deed).then(
      (trace) => this.#hear(call, standing, deed, trace),
      (error: Error) => this.#fail(call, error, again),
    );
  }

  #call(replica: Replica, standing: Standing, deed: Deed): Promise<StoredTrace | null> {
    if (deed.kind === 'read') return replica.read(standing.id!);
    const wait = deed.kind === 'submit' ? deed.wait : 0;
    return replica.command(
      replica.process.run(() => this.#command(replica, standing, deed)),
      wait,
    );
  }

  #command(
    replica: Replica,
    standing: Standing,
    deed: Exclude<Deed, { kind: 'read' }>,
  ): Command<Handled> {
    const { requester } = standing.matter;
    const acting = (id: string) => callerActing(person(id, APPROVERS[id]));
    switch (deed.kind) {
      case 'submit':
        return this.#submission(replica, standing, deed.content);
      case 'withdraw':
        return new WithdrawRequest(standing.id!, { requester, comment: null }, acting(requester));
      case 'resolve': {
        const { resolver, outcome } = deed;
        const resolution = { by: resolver, outcome, comment: 'Found out.' };
        return new ResolveOutcome(standing.id!, resolution, acting(resolver));
      }
      case 'approve':
      case 'reject': {
        const { approver, isCurrent } = deed;
        const seen = isCurrent ? standing.contentDigest : '0'.repeat(64);
        const decision = { ...voterOf(approver), contentDigest: seen, comment: 'As we agreed.' };
        const Decide = { approve: ApproveRequest, reject: RejectRequest }[deed.kind];
        return new Decide(standing.id!, decision, acting(approver), rightsOf(deed.standsInFor));
      }
      case 'amend': {
        const { approver, edit } = deed;
        const { contentDigest: seen } = standing;
        const amendment = { ...voterOf(approver), contentDigest: seen, comment: 'Better.', edit };
        const rights = rightsOf(deed.standsInFor);
        return new AmendRequest(standing.id!, amendment, acting(approver), rights);
      }
    }
  }

  #submission(replica: Replica, standing: Standing, content: RequestContent): SubmitRequest {
    const { requester, idempotencyKey } = standing.matter;
    const id = replica.requestId(requester, idempotencyKey);
    const submission = submissionOf(id, requester, { ...content, agent: 'main' });
    const policyDigest = simulatedPolicy(this.world.profile).digest;
    standing.id = id;
    standing.contentDigest = contentDigest({ ...submission, policyDigest });
    return new SubmitRequest(id, submission, callerActing(person(requester)));
  }

  #hear(call: PendingCall, standing: Standing, deed: Deed, trace: StoredTrace | null): void {
    if (!this.pending.delete(call) || trace === null) return;
    const { matter } = standing;
    standing.contentDigest = trace.contentDigest;
    this.answers += 1;
    const isSubmission = deed.kind === 'submit';
    this.world.history.answered({
      to: personOf(deed) ?? matter.requester,
      trace,
      submitted: isSubmission ? deed.content : null,
      idempotencyKey: isSubmission ? (matter.idempotencyKey ?? null) : null,
    });
    const { process } = call.replica;
    this.world.tell(`${process.name} ANSWERS ${call.label}: ${trace.status}`);
  }

  #fail(call: PendingCall, error: Error, again: () => void): void {
    if (!this.pending.delete(call)) return;
    this.refusals += 1;
    this.world.tell(`${call.replica.process.name} REFUSES ${call.label}: ${error.message}`);
    if (error.name === 'EventStoreError') again();
    else if (SURPRISES.includes(error.name)) this.surprise = error;
  }
}

const voterOf = (approver: string) => ({
  approver,
  ...(APPROVERS[approver] ?? { kind: 'human' as const, groups: [] }),
});

/** As if they had been named as a stand-in for the whole time; undefined: their own right. */
function rightsOf(standsInFor: string | undefined): FindRights | undefined {
  if (standsInFor === undefined) return undefined;
  const { groups } = voterOf(standsInFor);
  return () => [{ standsInFor, groups, endsAt: null }];
}

const personOf = (deed: Deed): string | null =>
  'approver' in deed ? deed.approver : 'resolver' in deed ? deed.resolver : null;

const SURPRISES = [
  'Error',
  'TypeError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'ZodError',
  'UnreadableEvent',
  'CorruptStream',
  'MisplacedEvent',
];
