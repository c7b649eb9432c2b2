/** One answer as it came over the wire. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case; what came twice is there twice. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** Status line and headers, one byte a character. */
  readonly head: string;
}

export const headerOf = ({ headers }: HttpAnswer, name: string): string | undefined =>
  headers.find(([known]) => known === name)?.[1];

/** What came is no HTTP/1.1 answer. */
export class NoHttpAnswer extends Error {
  override readonly name = 'NoHttpAnswer';
}

export interface ReadAnswer {
  readonly answer: HttpAnswer;
  /** Bytes it took. */
  readonly length: number;
}

/**
 * Reads the answer that these bytes begin with, interim ones left out; `null` while it is not complete. An answer to
 * HEAD has no body. Throws `NoHttpAnswer`.
 */
export function readAnswer(bytes: Buffer, method: string, ended: boolean): ReadAnswer | null {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) {
    if (bytes.length > 65_536) throw new NoHttpAnswer('It has more than 64 KiB of headers.');
    return null;
  }
  const head = bytes.toString('latin1', 0, end);
  const { status, headers } = parseHead(head);
  const from = end + 4;
  if (status < 200) {
    const final = readAnswer(bytes.subarray(from), method, ended);
    return final && { ...final, length: final.length + from };
  }
  const body = readBody(bytes, from, { headers, ended, none: hasNone(method, status) });
  return body && { answer: { status, headers, head, body: body.text }, length: body.end };
}

const hasNone = (method: string, status: number): boolean =>
  method === 'HEAD' || status === 204 || status === 304;

function parseHead(head: string): Pick<HttpAnswer, 'status' | 'headers'> {
  const [first = '', ...lines] = head.split('\r\n');
  const status = /^HTTP\/1\.1 ([1-5]\d\d) [ -~]*$/.exec(first)?.[1];
  if (!status) throw new NoHttpAnswer(`It begins with ${JSON.stringify(first.slice(0, 100))}.`);
  const headers = lines.map((line): [string, string] => {
    const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+): ?([\t -~]*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      throw new NoHttpAnswer(`It has the header ${JSON.stringify(line.slice(0, 100))}.`);
    }
    return [name.toLowerCase(), value];
  });
  return { status: Number(status), headers };
}

interface Framing {
  readonly headers: HttpAnswer['headers'];
  readonly ended: boolean;
  readonly none: boolean;
}

function readBody(
  bytes: Buffer,
  from: number,
  { headers, ended, none }: Framing,
): { text: string; end: number } | null {
  if (none) return { text: '', end: from };
  const value = (name: string) => headers.find(([known]) => known === name)?.[1];
  if (value('transfer-encoding') === 'chunked') return readChunks(bytes, from);
  const length = value('content-length');
  if (length === undefined) {
    return ended ? { text: bytes.toString('utf8', from), end: bytes.length } : null;
  }
  const end = from + Number(length);
  return bytes.length < end ? null : { text: bytes.toString('utf8', from, end), end };
}

function readChunks(bytes: Buffer, from: number): { text: string; end: number } | null {
  const chunks: Buffer[] = [];
  for (let at = from; ;) {
    const line = bytes.indexOf('\r\n', at);
    if (line < 0) return null;
    const size = Number.parseInt(bytes.toString('latin1', at, line), 16);
    if (Number.isNaN(size)) throw new NoHttpAnswer('It has a chunk of no size.');
    const begin = line + 2;
    if (bytes.length < begin + size + 2) return null;
    chunks.push(bytes.subarray(begin, begin + size));
    at = begin + size + 2;
    if (size === 0) return { text: Buffer.concat(chunks).toString(), end: at };
  }
}
