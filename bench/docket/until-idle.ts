import { setTimeout as sleep } from 'node:timers/promises';

const POLL = 50;
const PATIENCE = 120_000;

/** What an idle service shows as 0, of its metrics. */
const WORK =
  /^(?:docket_executions_running|docket_executions_queued|docket_view_lag_seconds\{.*\}) (.+)$/gm;

/** Resolves once nothing is executed and the views have everything; throws when that takes two minutes. */
export async function untilIdle({ url }: { readonly url: string }): Promise<void> {
  const end = performance.now() + PATIENCE;
  while (performance.now() < end) {
    const answer = await fetch(`${url}/metrics`);
    const metrics = await answer.text();
    if (answer.ok && isIdle(metrics)) return;
    await sleep(POLL);
  }
  throw new Error('Docket was still busy after two minutes.');
}

function isIdle(metrics: string): boolean {
  const work = [...metrics.matchAll(WORK)].map(([, amount]) => Number(amount));
  // Two of executions, and at least one view that said how far it is.
  return work.length > 2 && work.every((amount) => amount === 0);
}
