/** How webhooks are sent; see `docs/reference/configuration.md`. */
export interface WebhookSettings {
  /** The file that names the endpoints; null: nobody is told anything. */
  readonly file: string | null;
  /** Where people and services find this one, without a slash at its end; null: where it listens. */
  readonly publicUrl: string | null;
  /** Targets in the own network, see `parseAllowedTargets`. */
  readonly allowPrivate: readonly string[];
  /** Milliseconds that a try may take. */
  readonly timeout: number;
  /** Milliseconds between two tries, see `RETRY_SCHEDULE`. */
  readonly schedule: readonly number[];
  /** Milliseconds after which a try is taken for abandoned, by a process that died. */
  readonly abandonedAfter: number;
  /** Milliseconds between two looks at what is due: another replica may have queued it. */
  readonly lookEvery: number;
  /** Milliseconds that tries under way get when the service stops. */
  readonly finishWithin: number;
}
