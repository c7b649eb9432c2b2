import type { Adapters } from '../../../src/app.module.js';
import type { Replacements } from './container.js';

/** What a replica has read of the log, and how. */
export interface ReplicaViews {
  /** What the module is wired with. */
  readonly adapters: Pick<Adapters, 'views' | 'projector'>;
  readonly replacements: Replacements;
  /** Begins to follow the log. */
  start(): void;
  stop(): Promise<void>;
  /** Resolves to what they hold that a fold over the log does not say, or leave out; null while they are right. */
  differences(): Promise<string | null>;
  /** Gives back what the next replica can use, once the process is gone. */
  release(): Promise<void>;
}
