/**
 * Everything that callers do under `/v1`, and what of it is recorded: `reads` in full, since they show what people and
 * agents wrote; of `commands` and of `figures` only what was refused, as commands leave their own events and figures
 * show no request's content. A command that answers with what was there already, as a repeated submission does, counts
 * as a read, and so does one that leaves no event of its own, as those about webhooks.
 */
export const ACTIONS = {
  'trace.read': 'reads',
  'list.read': 'reads',
  'events.read': 'reads',
  'stream.read': 'reads',
  'approvals.read': 'reads',
  'log.read': 'reads',
  'log.follow': 'reads',
  'requests.export': 'reads',
  'events.export': 'reads',
  'access.read': 'reads',
  'report.read': 'figures',
  'webhooks.read': 'figures',
  'webhooks.replay': 'commands',
  'webhooks.test': 'commands',
  'request.submit': 'commands',
  'request.decide': 'commands',
  'request.withdraw': 'commands',
  'request.resolve': 'commands',
  'delegations.read': 'figures',
  'delegation.grant': 'commands',
  'delegation.revoke': 'commands',
} as const;

export type Action = keyof typeof ACTIONS;

/** The names alone, for schemas. */
export const ACTION_NAMES = Object.keys(ACTIONS) as readonly Action[];
