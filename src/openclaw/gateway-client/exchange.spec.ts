import { describe, expect, it } from '@jest/globals';
import { Dispatcher } from 'undici';
import { watchCall } from '../call-watch.js';
import { exchange, wasRefused } from './exchange.js';
import { READINESS } from './gateway-request.js';

/** A transport that starts the request `starts` times and then says that the connection was refused. */
class Restarting extends Dispatcher {
  /** Starts that were not called off, so that the request was written. */
  written = 0;

  constructor(private readonly starts: number) {
    super();
  }

  override dispatch(_options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) {
    const controller = new Controller();
    for (let start = 0; start < this.starts; start += 1) {
      handler.onRequestStart?.(controller, undefined);
      if (!controller.aborted) this.written += 1;
    }
    const refused = Object.assign(new Error('Refused.'), { code: 'ECONNREFUSED' });
    handler.onResponseError?.(controller, refused);
    return true;
  }
}

class Controller implements Dispatcher.DispatchController {
  aborted = false;
  readonly paused = false;
  readonly reason = null;

  abort() {
    this.aborted = true;
  }

  pause() {
    throw new Error('Nothing is paused here.');
  }

  resume() {
    throw new Error('Nothing is resumed here.');
  }
}

async function failureOver(transport: Dispatcher): Promise<unknown> {
  const watch = watchCall(1_000, undefined, new AbortController().signal);
  try {
    return await exchange(transport, READINESS, watch, 100).catch((error: unknown) => error);
  } finally {
    watch.end();
  }
}

describe('An exchange', () => {
  it('that was refused before it started may be repeated', async () => {
    const failure = await failureOver(new Restarting(0));
    expect(failure).toMatchObject({ code: 'gateway-unreachable', outcome: 'failed' });
    expect(wasRefused(failure)).toBe(true);
  });

  it('that started is never repeated, whatever the transport says of it', async () => {
    const failure = await failureOver(new Restarting(1));
    expect(failure).toMatchObject({ code: 'gateway-disconnected', outcome: 'unknown' });
    expect(wasRefused(failure)).toBe(false);
  });

  it('is not written a second time when the transport tries to', async () => {
    const transport = new Restarting(2);
    await failureOver(transport);
    expect(transport.written).toBe(1);
  });
});
