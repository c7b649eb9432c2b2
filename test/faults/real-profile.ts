import { worstCall, type Profile } from './profile.js';

const store = { callMilliseconds: 1_000, retryMilliseconds: 2_500, openMilliseconds: 30_000 };

/** Times that a process needs to end and to start. */
export const realProfile: Profile = {
  pace: {
    span: 6_000,
    writers: [3, 8],
    appends: [60, 200],
    subscribers: [2, 5],
    faults: [2, 5],
    offers: [
      { kind: 'kill', milliseconds: [0, 1_500] },
      { kind: 'kill', milliseconds: [0, 100] },
      { kind: 'kill', milliseconds: [0, 100] },
      { kind: 'stop', milliseconds: [0, 1_000] },
      { kind: 'pause', milliseconds: [50, 900] },
      { kind: 'pause', milliseconds: [1_200, 5_000] },
      { kind: 'silence', milliseconds: [50, 900] },
      { kind: 'silence', milliseconds: [1_200, 4_000] },
      { kind: 'slow-wire', milliseconds: [500, 3_000] },
      { kind: 'cut' },
    ],
  },
  store,
  callBound: worstCall(store, 15_000),
  settleBound: 90_000,
};
