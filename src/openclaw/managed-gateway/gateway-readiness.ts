import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 200;
const PROBE_LIMIT_MS = 2_000;
const WARM_UP_LIMIT_MS = 30_000;

/** Resolves when the gateway at `url` says that it takes calls; rejects only when `signal` aborts. */
export async function untilReady(url: string, signal: AbortSignal): Promise<void> {
  while (!(await saysReady(url, signal))) await delay(POLL_MS, undefined, { signal });
}

/**
 * Sends one chat, because the first takes seconds longer than all others. `false` when it brought no answer: the gateway is
 * up all the same, and calls will say what is wrong.
 */
export async function warmUp(url: string, token: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'openclaw/default',
        messages: [{ role: 'user', content: 'Answer with the word ready.' }],
      }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(WARM_UP_LIMIT_MS)]),
    });
    await response.text();
    return response.ok;
  } catch {
    return false;
  }
}

async function saysReady(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(PROBE_LIMIT_MS)]),
    });
    await response.body?.cancel();
    return response.ok;
  } catch (error) {
    if (signal.aborted) throw error;
    return false;
  }
}
