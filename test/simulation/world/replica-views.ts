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
  /**
   * Resolves to where they are not what a fold over the log says, null while they are right. They may be behind, unless
   * they are `due` to hold all of it.
   */
  differences(due: 'some' | 'all'): Promise<string | null>;
  /** Gives back what the next replica can use, once the process is gone. */
  release(): Promise<void>;
}
