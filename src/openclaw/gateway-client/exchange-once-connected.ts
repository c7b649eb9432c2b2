import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { CallWatch } from '../call-watch.js';
import { exchange, wasRefused, type HttpAnswer } from './exchange.js';
import type { GatewayRequest } from './gateway-request.js';

/** Pauses in milliseconds between attempts at a connection that is refused. */
const BACK_OFF = [50, 100, 200];

/**
 * Repeats an attempt only when its connection was refused. Everything later, also the reset of a kept-alive connection,
 * may have reached the gateway, and a gateway runs each call it gets.
 */
export async function exchangeOnceConnected(
  pool: Dispatcher,
  request: GatewayRequest,
  watch: CallWatch,
  maxBytes: number,
): Promise<HttpAnswer> {
  for (const pause of BACK_OFF) {
    try {
      return await exchange(pool, request, watch, maxBytes);
    } catch (error) {
      if (!wasRefused(error)) throw error;
      await backOff(pause, watch);
    }
  }
  return exchange(pool, request, watch, maxBytes);
}

async function backOff(pause: number, watch: CallWatch): Promise<void> {
  await sleep(pause, undefined, { signal: watch.signal }).catch(() => {
    throw watch.givenUp(false);
  });
}
