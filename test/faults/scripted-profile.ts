import type { FaultOffer } from './fault-target.js';
import { worstCall, type Profile } from './profile.js';

const store = { callMilliseconds: 150, retryMilliseconds: 400, openMilliseconds: 10_000 };

/** What a scripted server acts out, alone and in a cluster. */
const offers: readonly FaultOffer[] = [
  { kind: 'kill', milliseconds: [10, 250] },
  { kind: 'kill-in-flight', milliseconds: [10, 120], times: [0, 4] },
  { kind: 'stop', milliseconds: [10, 250] },
  { kind: 'silence', milliseconds: [20, 120] },
  { kind: 'silence', milliseconds: [180, 500] },
  { kind: 'slow-wire', milliseconds: [50, 300] },
  { kind: 'cut' },
  { kind: 'not-ready', milliseconds: [10, 300] },
  { kind: 'appends-not-ready', times: [1, 6] },
  { kind: 'not-leader', times: [1, 2] },
  { kind: 'access-denied', milliseconds: [10, 300] },
  { kind: 'cut-after-write', times: [1, 5] },
  { kind: 'no-answer-after-write', times: [1, 8] },
  { kind: 'no-answer', times: [1, 8] },
  { kind: 'late-appends', milliseconds: [10, 400] },
  { kind: 'half-append', milliseconds: [10, 400] },
  { kind: 'forgotten-ids' },
  { kind: 'slow-consumer-drop' },
];

/** Small times, so that a schedule takes about a second. */
export const scriptedProfile: Profile = {
  pace: {
    span: 450,
    writers: [2, 5],
    appends: [10, 30],
    subscribers: [1, 4],
    faults: [2, 8],
    offers,
  },
  store,
  callBound: worstCall(store, 10_000),
  settleBound: 30_000,
};

const amongNodes: readonly FaultOffer[] = [
  { kind: 'leader-change' },
  { kind: 'no-leader', milliseconds: [10, 400] },
  { kind: 'discovery-fails', milliseconds: [50, 500] },
];

/** The same, and what can happen among nodes, drawn twice as often as anything else. */
export const clusterProfile: Profile = {
  ...scriptedProfile,
  pace: {
    ...scriptedProfile.pace,
    offers: [...offers, ...amongNodes, ...amongNodes],
  },
};
