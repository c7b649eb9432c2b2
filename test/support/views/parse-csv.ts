/** Reads CSV as RFC 4180 says, one record an array of its fields. */
export function parseCsv(text: string): readonly (readonly string[])[] {
  const records: string[][] = [[]];
  const fields = /(?:"(?<quoted>(?:[^"]|"")*)"|(?<plain>[^",\r\n]*))(?<end>,|\r\n|$)/gy;
  while (fields.lastIndex < text.length) {
    const field = fields.exec(text)?.groups;
    if (!field) throw new Error(`No field at ${fields.lastIndex}.`);
    records.at(-1)!.push(field['quoted']?.replaceAll('""', '"') ?? field['plain'] ?? '');
    if (field['end'] === '\r\n' && fields.lastIndex < text.length) records.push([]);
  }
  return records;
}
