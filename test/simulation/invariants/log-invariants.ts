import type { LogInvariant } from './invariant.js';

const eventsStay: LogInvariant = {
  name: 'no event changes or disappears',
  check({ log, committed }) {
    const at = committed.findIndex((event, index) => log.events[index] !== event);
    if (at === -1) return null;
    const { type, stream, version } = committed[at]!;
    return `${type} (${stream}@${version}) ${log.events[at] ? 'is another one now' : 'is gone'}`;
  },
};

const oneKeyOneRequest: LogInvariant = {
  name: 'an idempotency key stands for one request',
  check({ answers }) {
    const requests = new Map<string, string>();
    for (const { idempotencyKey, to, trace } of answers) {
      if (idempotencyKey === null) continue;
      const key = `${to} ${idempotencyKey}`;
      const known = requests.get(key) ?? trace.id;
      if (known !== trace.id) return `${key} stands for ${known} and for ${trace.id}`;
      requests.set(key, trace.id);
    }
    return null;
  },
};

/** Checked behind every step. */
export const LOG_INVARIANTS: readonly LogInvariant[] = [eventsStay, oneKeyOneRequest];
