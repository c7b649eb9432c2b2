import { z } from 'zod';
import type { Answer } from '../../test/support/docket/http-client.js';
import type { Random } from '../traffic/random.js';

const KEPT = 1_000;

const submitted = z.object({ id: z.string(), contentDigest: z.string(), position: z.string() });
/** What the answer to a submission says, as far as the load needs it. */
export type Submitted = Readonly<z.infer<typeof submitted>>;

/** The requests that were submitted last, for those who read them. */
export class RecentRequests {
  readonly #kept: Submitted[] = [];
  #next = 0;

  /** Takes the request of an answer, and hands it back. */
  add(answer: Answer): Submitted {
    const request = submitted.parse(answer.json());
    this.#kept[this.#next] = request;
    this.#next = (this.#next + 1) % KEPT;
    return request;
  }

  any(random: Random): Submitted | undefined {
    return this.#kept[Math.floor(random() * this.#kept.length)];
  }
}
