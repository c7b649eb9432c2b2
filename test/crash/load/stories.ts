import { setTimeout as sleep } from 'node:timers/promises';
import { crashRequests } from './crash-requests.js';
import type { StoryTeller } from './story-teller.js';

type Story = (teller: StoryTeller) => Promise<void>;

const carriedOut =
  (kind: 'green' | 'tool' | 'large'): Story =>
  async (teller) => {
    const told = await teller.submit(crashRequests[kind](teller.story));
    if (told) await teller.follow(told);
  };

/** What happens, over and over and all at once. */
export const STORIES = {
  green: carriedOut('green'),
  tool: carriedOut('tool'),
  large: carriedOut('large'),

  async withoutKey(teller) {
    const told = await teller.submitOnce(crashRequests.green(teller.story));
    if (told) await teller.follow(told);
  },

  async twiceAtOnce(teller) {
    const body = crashRequests.green(teller.story);
    await Promise.all([teller.submit(body), teller.submit(body)]);
  },

  async keyForAnother(teller) {
    const told = await teller.submit(crashRequests.green(teller.story));
    if (told) await teller.reuseKey(crashRequests.red(teller.story));
  },

  async red(teller) {
    await teller.submit(crashRequests.red(teller.story));
  },

  async leftWaiting(teller) {
    await teller.submit(crashRequests.amber(teller.story));
  },

  async approved(teller) {
    const told = await teller.submit(crashRequests.amber(teller.story));
    const approved = told && (await teller.decide('grace', 'approve', told));
    if (approved) await teller.follow(approved);
  },

  /** The second approval of one person must not count as that of a second person. */
  async approvedByTwo(teller) {
    const told = await teller.submit(crashRequests.payment(teller.story));
    if (!told) return;
    const grace = teller.decide('grace', 'approve', told);
    if (teller.random.chance(0.5)) await grace;
    await teller.decide('grace', 'approve', told);
    const approved = await teller.decide('linus', 'approve', told);
    await grace;
    if (approved) await teller.follow(approved);
  },

  async rejected(teller) {
    const told = await teller.submit(crashRequests.amber(teller.story));
    if (told) await teller.decide('linus', 'reject', told);
  },

  async withdrawn(teller) {
    const told = await teller.submit(crashRequests.amber(teller.story));
    if (!told) return;
    await sleep(teller.random.between(0, 40));
    await teller.withdraw(told);
  },

  /** Only one of them wins. */
  async contested(teller) {
    const told = await teller.submit(crashRequests.amber(teller.story));
    if (!told) return;
    await Promise.all([
      teller.decide('grace', 'approve', told),
      teller.decide('linus', 'reject', told),
      teller.withdraw(told),
    ]);
  },
} as const satisfies Readonly<Record<string, Story>>;

/** How often each is told. */
export const STORY_WEIGHTS: Readonly<Record<keyof typeof STORIES, number>> = {
  green: 20,
  tool: 12,
  large: 5,
  withoutKey: 6,
  twiceAtOnce: 8,
  keyForAnother: 4,
  red: 6,
  leftWaiting: 3,
  approved: 16,
  approvedByTwo: 14,
  rejected: 5,
  withdrawn: 5,
  contested: 8,
};

/** So much is written that the event log has to write its write-ahead log back. */
export const LARGE_STORIES: typeof STORY_WEIGHTS = { ...STORY_WEIGHTS, large: 200 };
