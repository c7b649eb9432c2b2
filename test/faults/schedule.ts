/** What can go wrong with an EventStoreDB server or the network before it. */
export type FaultKind =
  /** The server is killed and started again. */
  | 'kill'
  /** The server is killed with appends on their way in it, `times` of which are still written, and started again. */
  | 'kill-in-flight'
  /** The server is asked to stop, and started again. */
  | 'stop'
  /** The server's process is stopped in its tracks and continued. */
  | 'pause'
  /** The network carries nothing and tells nobody. */
  | 'silence'
  /** Whatever passes comes late. */
  | 'slow-wire'
  /** Every connection breaks. */
  | 'cut'
  /** Appends are refused because the server has no leader yet. */
  | 'appends-not-ready'
  /** Every call is refused because the server has no leader yet. */
  | 'not-ready'
  /** Calls are told that another node leads. */
  | 'not-leader'
  /** In a cluster, another node becomes the leader. */
  | 'leader-change'
  /** In a cluster, nobody leads. */
  | 'no-leader'
  /** In a cluster, nobody tells who its nodes are. */
  | 'discovery-fails'
  /** Everybody is refused everything. */
  | 'access-denied'
  /** Appends are written, and the connections break before the answer. */
  | 'cut-after-write'
  /** Appends are written and never answered. */
  | 'no-answer-after-write'
  /** Appends are neither written nor answered. */
  | 'no-answer'
  /** Appends are written and answered late. */
  | 'late-appends'
  /** Of an append the whole log shows only the first event for a while. */
  | 'half-append'
  /** The server forgets the ids of what was written. */
  | 'forgotten-ids'
  /** Subscribers are dropped as too slow. */
  | 'slow-consumer-drop';

export interface Fault {
  readonly kind: FaultKind;
  /** How long it lasts. 0 for what is over at once. */
  readonly milliseconds: number;
  /** How many calls it meets. 1 for what does not count calls. */
  readonly times: number;
}

/** A writer reads the version of a stream, or knows it, and appends; on a conflict it reads again. */
export interface AppendStep {
  readonly kind: 'append';
  readonly at: number;
  readonly writer: number;
  /** A stream that others write to as well, or null for the writer's own. */
  readonly sharedStream: number | null;
  readonly events: number;
  /** Of text in each event. */
  readonly characters: number;
  /** Whether an append of unknown outcome is repeated as it was; otherwise the writer reads again and goes on. */
  readonly repeatsUnknown: boolean;
}

/** A subscriber begins to read as a projection does: in portions, with a checkpoint behind each. */
export interface SubscribeStep {
  readonly kind: 'subscribe';
  readonly at: number;
  readonly subscriber: number;
  /** Which of the acknowledged appends it begins behind, counted round; null: from the start. */
  readonly behind: number | null;
  /** How long each portion takes it. */
  readonly portionMilliseconds: number;
}

/** A subscriber loses what it holds in memory and begins again behind its checkpoint, at another client. */
export interface RestartStep {
  readonly kind: 'restart';
  readonly at: number;
  readonly subscriber: number;
}

export interface FaultStep {
  readonly kind: 'fault';
  readonly at: number;
  readonly fault: Fault;
}

/** Somebody asks for the first events of the log, and for its head. */
export interface ReadLogStep {
  readonly kind: 'read-log';
  readonly at: number;
  readonly limit: number;
}

/** Something that happens `at` so many milliseconds behind the begin. */
export type Step = AppendStep | SubscribeStep | RestartStep | ReadLogStep | FaultStep;

/** What one run does and suffers: a pure function of `seed` and `index`. */
export interface Schedule {
  readonly seed: number;
  readonly index: number;
  /** By time. */
  readonly steps: readonly Step[];
}
