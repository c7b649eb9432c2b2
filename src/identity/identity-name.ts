import { createRequire } from 'node:module';
import { z } from 'zod';

/** The name under which Docket itself acts. */
const SERVICE = 'docket';
/** Spaces, control characters, and what nobody sees. */
const UNSEEN = /[\p{Z}\p{C}\p{Default_Ignorable_Code_Point}]/u;

/**
 * What a new key or a token may call somebody: 1 to 200 characters in Unicode form NFC without spaces and without
 * characters that nobody sees, and not the name of the service. Two names that print alike must not be two identities,
 * as four eyes compare names.
 */
export const identityName = z
  .string()
  .min(1, 'is empty')
  .max(200, 'has more than 200 characters')
  .refine((name) => !UNSEEN.test(name), 'has spaces, control characters or invisible characters')
  .refine((name) => name === name.normalize('NFC'), 'is not in Unicode form NFC')
  .refine((name) => name.toLowerCase() !== SERVICE, 'is the name of the service itself');

const unhomoglyph = z
  .custom<(text: string) => string>((value) => typeof value === 'function')
  .parse(createRequire(import.meta.url)('unhomoglyph'));

/** The same for names that people take for one another: by case, by form, by letters of another script. */
export const lookOf = (name: string): string =>
  unhomoglyph(name.normalize('NFKC').toLowerCase()).toLowerCase();
