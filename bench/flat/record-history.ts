import type { EventStore } from '../../src/event-store/event-store.js';
import { GovernedRequests } from '../../src/governed-request/governed-requests.js';
import type { Policy } from '../../src/policy/policy.js';
import { seededRandom } from '../traffic/random.js';
import { recordLife } from './governed-life.js';

/** As many as one commit takes. */
const AT_ONCE = 256;
const MONTH = 30 * 86_400_000;

/**
 * Fills the store with whole requests, spread evenly over the last thirty days, until it has `size` events; at the end it may
 * have a few more, since requests are finished. Goes on from what it has already.
 */
export async function recordHistory(
  store: EventStore,
  policy: Policy,
  size: number,
  onProgress: (events: number) => void,
): Promise<void> {
  let events = Number((await store.head()) ?? 0n);
  const begin = Date.now() - MONTH;
  const now = () => new Date(begin + Math.min(1, events / size) * MONTH);
  const requests = new GovernedRequests(store, now);
  const setting = { requests, policy, random: seededRandom(size) };
  const recordOnAndOn = async () => {
    while (events < size) {
      events = Math.max(events, Number((await recordLife(setting, now())) ?? 0n));
      onProgress(events);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, size / 100) }, recordOnAndOn));
}
