import { createRequire } from 'node:module';
import { z } from 'zod';

const require = createRequire(import.meta.url);

/** Small capitals and the Cyrillic letters drawn like them, which UTS #39 does not map onto Latin small letters. */
const SMALL_CAPITALS =
  'aᴀ bʙв cᴄ dᴅ eᴇ fꜰ gɢ hʜн iɪ jᴊ kᴋĸк lʟ mᴍм nɴ oᴏ pᴘ qꞯ rʀ sꜱ tᴛт uᴜ vᴠ wᴡ yʏ zᴢ';

/**
 * Characters that look like Latin letters, mapped to those letters, after Unicode Technical Standard #39 (its
 * confusables data comes from the package `unhomoglyph`). Read in the direction of an attack: only what is outside
 * ASCII is mapped, and only onto ASCII letters.
 */
export const confusables: ReadonlyMap<string, string> = latinLookAlikes();

function latinLookAlikes(): ReadonlyMap<string, string> {
  const table = new Map<string, string>();
  const data = z.record(z.string(), z.string()).parse(require('unhomoglyph/data.json'));
  for (const [source, target] of Object.entries(data)) {
    const latin = asciiLetters(target);
    if (latin !== null && isOneCharacterBeyondAscii(source))
      table.set(source, asRead(source, latin));
  }
  for (const [letter = '', ...lookAlikes] of SMALL_CAPITALS.split(' ')) {
    for (const lookAlike of lookAlikes) table.set(lookAlike, letter);
  }
  return table;
}

function asciiLetters(text: string): string | null {
  const letters = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return /^[a-z]{1,2}$/.test(letters) ? letters : null;
}

function isOneCharacterBeyondAscii(text: string): boolean {
  const codePoint = text.codePointAt(0) ?? 0;
  return codePoint > 0x7f && text.length === String.fromCodePoint(codePoint).length;
}

/** UTS #39 gives a capital I as `l`, an m as `rn` and a w as `vv`: equal to the eye, but not how the word is read. */
function asRead(source: string, latin: string): string {
  if (latin === 'rn') return 'm';
  if (latin === 'vv') return 'w';
  return latin === 'l' && source !== source.toLowerCase() ? 'i' : latin;
}
