import type { StoredEvent } from '../../src/event-store/event-store.js';
import type { WaitingItem } from '../../src/views/approval-queue/waiting-item.js';
import type { LoggedEvent } from '../../src/views/event-log/logged-event.js';
import type { Trace } from '../../src/views/request-trace/trace.js';
import type { RiskReport } from '../../src/views/risk-report/risk-report.js';
import type { Identity } from '../support/docket/identities.js';
import type { ViewRows } from '../support/views/view-bench.js';
import type { CrashRequest } from './load/crash-requests.js';

/** What somebody asks the service. */
export type Ask =
  | {
      readonly kind: 'submit';
      /** Names the request in its own content, so that what became of it is found without its id. */
      readonly story: string;
      readonly key: string | null;
      readonly body: CrashRequest;
      /** Whether the key belongs to another request already, and both know it. */
      readonly reusesKey: boolean;
    }
  | {
      readonly kind: 'decide';
      readonly id: string;
      readonly decision: 'approve' | 'reject';
      readonly contentDigest: string;
    }
  | { readonly kind: 'withdraw'; readonly id: string }
  /** Of a request of which it was told that nobody knows its outcome. */
  | { readonly kind: 'resolve'; readonly id: string; readonly outcome: 'did-run' | 'did-not-run' }
  /** Of an id that was told; `minPosition` was told too. */
  | { readonly kind: 'read'; readonly id: string; readonly minPosition: string | null }
  /** The log behind an event that was read, null: from its start. */
  | { readonly kind: 'follow'; readonly after: string | null };

/** As much of an answer as arrived: at least its first byte. */
export interface Answer {
  readonly status: number;
  readonly location: string | null;
  /** Undefined when it broke off. */
  readonly body: unknown;
}

/** One HTTP call; without an answer nobody knows what became of it. */
export interface Exchange {
  readonly round: number;
  readonly as: Identity;
  readonly ask: Ask;
  readonly answer: Answer | null;
  /** When the answer was there, in milliseconds of the service's clock. */
  readonly at: number;
}

/** What the gateway does with a call. */
export type GatewayPlan = 'answer' | 'refuse' | 'hang' | 'hang-up';

/** A call as the gateway got it. */
export interface GatewayCall {
  readonly round: number;
  /** When it was there, in milliseconds of the service's clock. */
  readonly at: number;
  readonly requestId: string;
  /** What it asks for. */
  readonly content: object;
  readonly plan: GatewayPlan;
  /** What was answered, whether it arrived or not. */
  readonly response: string | null;
}

/** One process, from its start to its end, in milliseconds of the service's clock. */
export interface Life {
  readonly round: number;
  readonly from: number;
  readonly to: number;
}

/** What the read models showed in the end. */
export interface ShownViews {
  /** From the list. */
  readonly traces: readonly Trace[];
  /** Asked for one by one. */
  readonly single: readonly Trace[];
  readonly report: Pick<RiskReport, 'total' | 'totals'>;
  readonly waiting: readonly {
    readonly approver: Identity;
    readonly items: readonly WaitingItem[];
  }[];
  /** Their rows as the killed processes left them, and as they are filled anew from the log. */
  readonly rows: ViewRows;
  readonly rebuiltRows: ViewRows;
}

/** An event as it was shown to who reads the log in pages, or to who follows it as a stream. */
export interface SeenEvent {
  readonly reader: 'pages' | 'stream';
  readonly round: number;
  readonly event: LoggedEvent;
}

/** The views did not answer, or not with what they are to show. */
export interface ViewsRefused {
  readonly refused: string;
}

/** Everything that is known of one data directory's history, from three sides. */
export interface Records {
  /** What clients asked and were told, in the order in which it ended. */
  readonly exchanges: readonly Exchange[];
  /** Events as they were read over HTTP while the service ran, in the order in which they came to each reader. */
  readonly seen: readonly SeenEvent[];
  readonly calls: readonly GatewayCall[];
  readonly lives: readonly Life[];
  /** The whole log as the store holds it in the end. */
  readonly log: readonly StoredEvent[];
  /** Whether positions count without a gap, as they do on SQLite. */
  readonly isDense: boolean;
  readonly views: ShownViews | ViewsRefused;
  /** When the service was asked for the last time, in milliseconds of its clock. */
  readonly endedAt: number;
}
