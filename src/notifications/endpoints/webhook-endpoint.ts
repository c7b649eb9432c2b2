import type { z } from 'zod';
import type { risk } from '../../governed-request/governed-request.events.js';
import type { NoticeType } from '../notice-type.js';

/** Somebody who is told of requests, as the operator configured it. */
export interface WebhookEndpoint {
  readonly id: string;
  readonly url: URL;
  /** `whsec_` and 24 to 64 bytes in base64 each; messages are signed with all of them, so that one can follow another. */
  readonly secrets: readonly string[];
  readonly events: readonly NoticeType[];
  /** Only requests of these risks; null: of every risk. */
  readonly risks: readonly z.infer<typeof risk>[] | null;
  /** Only requests on whose approval one of these groups may decide; null: all requests. */
  readonly groups: readonly string[] | null;
}
