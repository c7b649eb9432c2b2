const RAW = '\uE000';
const AGAIN = '\uE001';

/** A value that is written into JSON as this very text, which no JavaScript value would be stringified to. */
export const rawJson = (text: string): string => RAW + text + RAW;

/** A key that is written as this one, so that an object can have a key twice. */
export const sameKey = (key: string): string => AGAIN + key;

/** JSON of a value, with what `rawJson` and `sameKey` ask for. */
export const jsonText = (value: unknown): string =>
  (JSON.stringify(value) ?? '')
    .replaceAll(/"\uE000((?:[^"\\\uE000]|\\.)*)\uE000"/g, (_, text: string) =>
      String(JSON.parse(`"${text}"`)),
    )
    .replaceAll(/"\uE001+/g, '"');
