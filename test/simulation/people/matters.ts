import type { Edit } from '../../../src/governed-request/amend-request/amend-request.js';
import type { Voter } from '../../../src/governed-request/decide-approval/objection.js';
import type { RequestContent } from '../../../src/governed-request/governed-request.events.js';
import type { Profile } from '../world/profile.js';
import type { Random } from '../world/random.js';

/** One thing that somebody does at a time. */
export type Deed = { readonly at: number } & (
  | {
      readonly kind: 'submit';
      readonly content: RequestContent;
      readonly wait: number;
    }
  | {
      readonly kind: 'approve' | 'reject';
      readonly approver: string;
      /** Whose right they use; absent: their own. */
      readonly standsInFor?: string;
      /** Whether it is about the content that the approver heard of last. */
      readonly isCurrent: boolean;
    }
  | {
      readonly kind: 'amend';
      readonly approver: string;
      readonly standsInFor?: string;
      readonly edit: Edit;
    }
  | { readonly kind: 'withdraw' }
  | {
      readonly kind: 'resolve';
      readonly resolver: string;
      readonly outcome: 'did-run' | 'did-not-run';
    }
  | { readonly kind: 'read' }
);

/** What people do about one request. */
export interface Matter {
  readonly requester: string;
  readonly idempotencyKey: string | undefined;
  readonly deeds: readonly Deed[];
}

const REQUESTERS = ['ada', 'linus'] as const;
const RESOLVERS = ['barbara', 'ada'] as const;
/** Who decides, and the groups they are in. */
export const APPROVERS: Readonly<Record<string, Pick<Voter, 'kind' | 'groups'>>> = {
  grace: { kind: 'human', groups: ['finance', 'board'] },
  edsger: { kind: 'human', groups: ['finance', 'legal'] },
  linus: { kind: 'human', groups: ['legal', 'board'] },
  robot: { kind: 'machine', groups: ['finance', 'legal', 'board'] },
};
const PEOPLE = ['grace', 'edsger', 'linus', 'grace', 'edsger', 'linus', 'robot'] as const;
/** How long after the first time the same is done again, at another replica as likely as not. */
const AGAIN_AFTER = [0, 1, 30, 1_000, 5_000] as const;

/** Draws what people do: submit, also twice, decide, also twice, too late or on their own request, amend, withdraw, read, and find out what came of it. */
export function drawMatters(random: Random, profile: Profile): readonly Matter[] {
  return Array.from({ length: profile.requests }, (_, index) => drawMatter(random, profile, index));
}

function drawMatter(random: Random, { span, expiresAfter }: Profile, index: number): Matter {
  const colour = random.weighted({ green: 4, amber: 5, red: 1 });
  const idempotencyKey = random.chance(0.7) ? `key-${index}` : undefined;
  const begun = random.between(0, Math.floor(span * 0.6));
  const content = drawContent(random, `a ${colour} request ${index}`);
  const deeds: Deed[] = [];
  const submit = (at: number, what = content) =>
    deeds.push({ kind: 'submit', at, content: what, wait: random.pick([0, 0, 2_000]) });
  submit(begun);
  if (idempotencyKey && random.chance(0.6)) submit(begun + random.pick(AGAIN_AFTER));
  if (idempotencyKey && random.chance(0.1)) {
    submit(begun + random.pick(AGAIN_AFTER), drawContent(random, `another ${colour} one`));
  }
  if (colour === 'amber' || random.chance(0.1))
    deeds.push(...decisions(random, { begun, expiresAfter, kind: content.kind }));
  if (random.chance(0.2)) deeds.push({ kind: 'withdraw', at: begun + random.between(0, 5_000) });
  if (random.chance(0.6)) deeds.push(...resolutions(random, begun));
  if (random.chance(0.4)) deeds.push({ kind: 'read', at: begun + random.between(0, 20_000) });
  return { requester: random.pick(REQUESTERS), idempotencyKey, deeds };
}

interface Decisions {
  readonly begun: number;
  readonly expiresAfter: number;
  readonly kind: RequestContent['kind'];
}

function* decisions(random: Random, { begun, expiresAfter, kind }: Decisions): Generator<Deed> {
  for (let left = random.between(1, 7); left > 0; left -= 1) {
    const at = begun + random.between(0, Math.floor(expiresAfter * 1.3));
    const approver = random.pick(PEOPLE);
    const how = random.weighted({ approve: 6, reject: 1, amend: 3 });
    const decision: Deed =
      how === 'amend'
        ? { kind: how, approver, edit: drawEdit(random, kind), at }
        : { kind: how, approver, isCurrent: random.chance(0.95), at };
    yield decision;
    if (random.chance(0.3)) yield { ...decision, at: decision.at + random.pick(AGAIN_AFTER) };
  }
}

function* resolutions(random: Random, begun: number): Generator<Deed> {
  for (let left = random.between(1, 2); left > 0; left -= 1) {
    yield {
      kind: 'resolve',
      resolver: random.pick(RESOLVERS),
      outcome: random.pick(['did-run', 'did-not-run']),
      at: begun + random.between(1_000, 60_000),
    };
  }
}

const drawContent = (random: Random, text: string): RequestContent =>
  random.chance(0.7)
    ? { kind: 'chat', request: text }
    : { kind: 'tool', tool: 'sessions_list', action: 'json', args: { text } };

/** What an approver makes of a content, better or worse. */
function drawEdit(random: Random, kind: RequestContent['kind']): Edit {
  const colour = random.weighted({ green: 3, amber: 6, red: 1 });
  return editOf(kind, `something ${colour} ${random.between(1, 3)}`);
}

export const editOf = (kind: RequestContent['kind'], text: string): Edit =>
  kind === 'chat' ? { kind, request: text } : { kind, args: { text } };
