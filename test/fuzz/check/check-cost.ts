import type { Fuzzing, Tried } from '../fuzzing.js';
import type { Target } from '../target.js';

/**
 * Processor time of the service that no request may take, in milliseconds, all that follows from it included. Most
 * bodies of 1 MiB take some hundred; 300,000 empty objects were measured to take 4,900.
 */
const MOST = 10_000;

/** Sends the slowest requests again, one after the other: what each of them costs, however busy the machine is. */
export async function costFaults(
  target: Target,
  fuzzing: Fuzzing,
  slowest: readonly Tried[],
): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const { planned } of slowest) {
    const before = await target.vitals();
    const { filled } = await fuzzing.attempt(planned);
    const cost = (await target.vitals()).processor - before.processor;
    if (cost > MOST) {
      const what = `${filled.method} ${filled.target.slice(0, 100)}, ${filled.body?.length ?? 0} bytes`;
      faults.push(`cost: ${what} took ${cost.toFixed(0)} ms of the processor`);
    }
  }
  return faults;
}
