import fc from 'fast-check';
import type { Fuzzing, Tried } from './fuzzing.js';
import type { Origin } from './made-requests.js';
import { printable } from './send/printable.js';

const SHRINK_FOR = 15_000;
const SHOWN_BODY = 600;

/** Sends the request alone, looks for a smaller one that fails as well, and says how to repeat it. */
export async function describeFailure(
  fuzzing: Fuzzing,
  failed: Tried,
  { seed, path }: Origin,
): Promise<string> {
  let smallest = failed;
  const property = fc.asyncProperty(fuzzing.requests, async (planned) => {
    const tried = await fuzzing.attempt(planned);
    if (tried.faults.length > 0) smallest = tried;
    return tried.faults.length === 0;
  });
  const found = await fc.check(property, {
    seed,
    path,
    numRuns: 1,
    interruptAfterTimeLimit: SHRINK_FOR,
  });
  const origin = { seed, path: found.counterexamplePath ?? path };
  return textOf(smallest, origin, found.counterexample !== null);
}

function textOf(
  { filled, planned, exchange, faults }: Tried,
  { seed, path }: Origin,
  again: boolean,
): string {
  return [
    '',
    ...faults,
    `  request  ${printable(planned)}`,
    `  address  ${printable(filled.target)}`,
    ...exchange.answers.map(
      ({ head, body }) => `  answer   ${printable(`${head}\r\n\r\n${body.slice(0, SHOWN_BODY)}`)}`,
    ),
    `  took     ${exchange.took.toFixed(0)} ms${again ? '' : '; sent again alone, it did not fail'}`,
    `  repeat   npm run test:fuzz -- --seed ${seed} --path ${path}`,
  ].join('\n');
}
