const TERMINAL_INTERVAL_MS = 1_000;
const PLAIN_INTERVAL_MS = 15_000;
const CLEAR_LINE = '\r\u001B[2K';

/** Where progress is shown, e.g. `process.stderr`. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * Does the work and shows its label with the seconds that have passed: one line that is rewritten every second on a terminal,
 * a line every 15 seconds elsewhere. Without an output it only does the work.
 */
export async function withProgressLine<Result>(
  output: ProgressOutput | undefined,
  label: string,
  work: () => Promise<Result>,
): Promise<Result> {
  if (output === undefined) return work();
  const line = output.isTTY === true ? rewritten(output) : appended(output);
  const startedAt = Date.now();
  const seconds = () => `${Math.round((Date.now() - startedAt) / 1_000)} s`;
  line.show(`${label} …`);
  const timer = setInterval(() => line.show(`${label} … ${seconds()}`), line.interval);
  try {
    const result = await work();
    line.end(`${label}: done in ${seconds()}`);
    return result;
  } catch (error) {
    line.end(`${label}: failed after ${seconds()}`);
    throw error;
  } finally {
    clearInterval(timer);
  }
}

function rewritten(output: ProgressOutput) {
  return {
    interval: TERMINAL_INTERVAL_MS,
    show: (text: string) => output.write(`${CLEAR_LINE}${text}`),
    end: (text: string) => output.write(`${CLEAR_LINE}${text}\n`),
  };
}

function appended(output: ProgressOutput) {
  const show = (text: string) => output.write(`${text}\n`);
  return { interval: PLAIN_INTERVAL_MS, show, end: show };
}
