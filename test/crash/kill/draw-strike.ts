import type { Random } from '../random.js';
import type { Strike } from './kill-switch.js';
import type { Moment } from './moments.js';

/** What a start takes where there is not much else to do, in milliseconds. */
const QUICK_START = 1_000;

/**
 * How exactly a moment is struck. Those that come often are let pass a few times, so that there is something to lose. How
 * long `usualStart` takes says how slow everything is, and how long to wait.
 */
export function drawStrike(moment: Moment, random: Random, usualStart: number): Strike {
  const slowness = Math.max(1, usualStart / QUICK_START);
  const delay = random.chance(0.7) ? 0 : random.between(1, 10);
  const base = { moment, delay, patience: 2_500 * slowness };
  switch (moment) {
    case 'idle':
      return { ...base, times: 1, patience: random.between(50, 600) * slowness };
    case 'at-random':
      return { ...base, times: 1, patience: random.between(20, 900) * slowness };
    case 'starting':
      return { ...base, times: 1, patience: random.between(1, Math.ceil(usualStart * 1.1)) };
    case 'just-started':
      return { ...base, times: 1, patience: random.between(0, 60) * slowness };
    case 'gateway-called':
    case 'gateway-answering':
    case 'gateway-answered':
      return { ...base, times: random.between(1, 12) };
    case 'request-sent':
    case 'answer-begun':
      return { ...base, times: random.between(1, 60) };
    case 'log-writing':
      return { ...base, times: random.between(1, 200) };
    case 'log-checkpoint':
      return { ...base, patience: 4 * base.patience, times: random.between(1, 20) };
    case 'views-writing':
      return { ...base, times: random.between(1, 100) };
  }
}
