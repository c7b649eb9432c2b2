import { z } from 'zod';

/** What a group may be called: 1 to 200 characters, none of them a control character. Spaces are usual. */
export const groupName = z
  .string()
  .min(1, 'has an empty name')
  .max(200, 'has a name of more than 200 characters')
  .refine((name) => !/\p{C}/u.test(name), 'has a name with control or invisible characters');
