/** A server that keeps the event log. */
export interface StoreServer {
  readonly connectionString: string;
  /** Kills it; what it acknowledged is kept. Null for one that others run. */
  readonly kill: (() => Promise<void>) | null;
  /** Resolves once it answers again at the same address. */
  startAgain(): Promise<void>;
  close(): Promise<void>;
}
