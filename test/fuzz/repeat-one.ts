import { startFuzzing } from './fuzzing.js';
import { madeAt, type Origin } from './made-requests.js';
import { SAMPLE_REQUESTS } from './sample-story.js';
import { describeFailure } from './show-failure.js';
import type { Target } from './target.js';

/** Sends one request of an earlier run again: what is wrong with it, `null` when nothing is. */
export async function repeatOne(target: Target, origin: Origin): Promise<string | null> {
  const fuzzing = startFuzzing(target);
  try {
    for (const [as, body] of SAMPLE_REQUESTS) fuzzing.known.learn(await target.submit(as, body));
    const tried = await fuzzing.attempt(madeAt(fuzzing.requests, origin));
    return tried.faults.length > 0 ? await describeFailure(fuzzing, tried, origin) : null;
  } finally {
    fuzzing.close();
  }
}
