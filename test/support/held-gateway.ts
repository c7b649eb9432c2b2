import type { AgentCall } from '../../src/openclaw/agent-gateway.js';
import {
  createFakeGateway,
  type FakeGateway,
  type FakeGatewayOptions,
} from '../../src/openclaw/fake/fake-gateway.js';

/** A fake gateway whose calls wait until the test lets them go on. */
export interface HeldGateway extends FakeGateway {
  /** Every call that was begun, in order, whether it was let go on or not. */
  readonly begun: readonly AgentCall[];
  /** Lets so many calls go on, the oldest first, those that are held and those that come. */
  release(count?: number): void;
}

export function createHeldGateway(options?: FakeGatewayOptions): HeldGateway {
  const fake = createFakeGateway(options);
  const begun: AgentCall[] = [];
  const held: (() => void)[] = [];
  let free = 0;
  const letGo = () => {
    for (; free > 0 && held.length > 0; free -= 1) held.shift()?.();
  };
  const release = (count = 1) => {
    free += count;
    letGo();
  };
  return {
    ...fake,
    begun,
    release,
    async run(call, deadline, signal) {
      begun.push(call);
      const released = new Promise<void>((resolve) => held.push(resolve));
      letGo();
      await released;
      return fake.run(call, deadline, signal);
    },
    async close() {
      await fake.close();
      release(Infinity);
    },
  };
}
