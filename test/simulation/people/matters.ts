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
      /** Whether it is about the content that waits. */
      readonly isCurrent: boolean;
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
const APPROVERS = ['grace', 'edsger', 'linus'] as const;
/** How long after the first time the same is done again, at another replica as likely as not. */
const AGAIN_AFTER = [0, 1, 30, 1_000, 5_000] as const;

/** Draws what people do: submit, also twice, decide, also twice, too late or on their own request, withdraw, read, and find out what came of it. */
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
    deeds.push(...decisions(random, begun, expiresAfter));
  if (random.chance(0.2)) deeds.push({ kind: 'withdraw', at: begun + random.between(0, 5_000) });
  if (random.chance(0.6)) deeds.push(...resolutions(random, begun));
  if (random.chance(0.4)) deeds.push({ kind: 'read', at: begun + random.between(0, 20_000) });
  return { requester: random.pick(REQUESTERS), idempotencyKey, deeds };
}

function* decisions(random: Random, begun: number, expiresAfter: number): Generator<Deed> {
  for (let left = random.between(1, 4); left > 0; left -= 1) {
    const decision = {
      kind: random.chance(0.85) ? 'approve' : 'reject',
      approver: random.pick(APPROVERS),
      isCurrent: random.chance(0.95),
      at: begun + random.between(0, Math.floor(expiresAfter * 1.3)),
    } as const;
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
