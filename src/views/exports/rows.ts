import { setImmediate as nextTurn } from 'node:timers/promises';
import { stringify } from 'csv-stringify/sync';

/** One row of an export; the order of its keys is the order of the columns. */
export type Row = Readonly<Record<string, string | number | boolean | object | null>>;

export type RowFormat = 'csv' | 'jsonl';

/**
 * Writes pages of rows as text, one piece a page. CSV follows RFC 4180 with a header, null as an empty field and
 * objects as JSON; text that a spreadsheet would take for a formula (it begins with = + - @, tab or carriage return)
 * gets a `'` in front. JSONL has one object a line, unchanged.
 */
export async function* writeRows(
  format: RowFormat,
  columns: readonly string[],
  pages: AsyncIterable<readonly Row[]>,
): AsyncGenerator<string, void> {
  if (format === 'csv') yield csv([columns]);
  for await (const rows of pages) {
    // A log in this process is read without waiting, and a fast reader takes all there is: others come in between.
    await nextTurn();
    if (rows.length === 0) continue;
    if (format === 'jsonl') yield rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    else yield csv(rows.map((row) => columns.map((column) => row[column])));
  }
}

const csv = (records: (readonly unknown[])[]): string =>
  stringify(records, {
    record_delimiter: 'windows',
    // Otherwise a lone line feed would stand unquoted, and some readers would see another record.
    quote_record_delimiter: true,
    escape_formulas: true,
    cast: { boolean: String },
  });
