/** When the service can be killed. */
export type Moment =
  /** Nobody asks anything; the service has only what it was left with. */
  | 'idle'
  /** Some time after it began to listen. */
  | 'at-random'
  /** Some time before it listens: it may be checking its log, or filling its views. */
  | 'starting'
  /** It has just begun to listen: the sweeper and the projector recover what was left. */
  | 'just-started'
  /** A client has just sent something. */
  | 'request-sent'
  /** The first byte of an answer has just reached a client. */
  | 'answer-begun'
  | 'gateway-called'
  /** Half of the gateway's answer is on its way. */
  | 'gateway-answering'
  | 'gateway-answered'
  /** The event log's write-ahead log has just changed: a commit is being written. */
  | 'log-writing'
  /** The event log itself has just changed: a checkpoint is being written. */
  | 'log-checkpoint'
  /** A batch is being written to the views. */
  | 'views-writing';

type Weights = Readonly<Record<Moment, number>>;

/** How often each is tried, with the event log in the data directory. */
export const EMBEDDED: Weights = {
  idle: 4,
  'at-random': 10,
  starting: 8,
  'just-started': 8,
  'request-sent': 8,
  'answer-begun': 12,
  'gateway-called': 10,
  'gateway-answering': 6,
  'gateway-answered': 10,
  'log-writing': 20,
  'log-checkpoint': 3,
  'views-writing': 8,
};

/** With the event log on a server. */
export const ON_A_SERVER: Weights = { ...EMBEDDED, 'log-writing': 0, 'log-checkpoint': 0 };

/** The files whose change is the moment. */
export const WATCHED: Partial<Record<Moment, string>> = {
  'log-writing': 'events.db-wal',
  'log-checkpoint': 'events.db',
  'views-writing': 'views.db-wal',
};

/** Moments that nothing tells of: they are struck by the clock. */
export const isTimed = (moment: Moment): boolean =>
  ['idle', 'at-random', 'starting', 'just-started'].includes(moment);

/** Where in its work each moment finds the service. */
export const PLACES = {
  idle: 'idle',
  'at-random': 'under load',
  starting: 'in start',
  'just-started': 'in start',
  'request-sent': 'under load',
  'answer-begun': 'under load',
  'gateway-called': 'in call',
  'gateway-answering': 'in call',
  'gateway-answered': 'in call',
  'log-writing': 'in commit',
  'log-checkpoint': 'in commit',
  'views-writing': 'in commit of the views',
} as const satisfies Readonly<Record<Moment, string>>;
