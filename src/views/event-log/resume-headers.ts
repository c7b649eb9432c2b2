import { z } from 'zod';
import { position } from '../../http/query.js';

/** Where a client of server-sent events says that it comes back; it is empty before the first event. */
export const resumeHeaders = z.object({
  'last-event-id': z
    .union([z.literal('').transform(() => undefined), position], {
      error: 'expected the position of an event, a decimal number',
    })
    .optional(),
});
export type ResumeHeaders = z.infer<typeof resumeHeaders>;

/** For the description of a route. */
export const LAST_EVENT_ID = {
  name: 'Last-Event-ID',
  required: false,
  description: 'Position of the event behind which the stream goes on',
};
