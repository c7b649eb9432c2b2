import type { Framing, PlannedRequest } from './planned-request.js';

/** What goes over the wire, and how. */
export interface Rendered {
  /** Pieces that are sent one after the other. */
  readonly pieces: readonly Buffer[];
  /** Whether it is one complete request of HTTP/1.1, whatever it asks for, to which one answer belongs. */
  readonly proper: boolean;
}

/** The bytes of a request in which no placeholder is left. */
export function render(request: PlannedRequest): Rendered {
  const bytes = Buffer.from(textOf(request), 'latin1');
  const proper = request.framing === 'plain' || request.framing === 'chunked';
  return { pieces: piecesOf(request, bytes), proper: proper && isProper(request, bytes.length) };
}

function piecesOf({ framing, at }: PlannedRequest, bytes: Buffer): readonly Buffer[] {
  const cut = Math.floor(bytes.length * at);
  if (framing === 'cut') return [bytes.subarray(0, cut)];
  if (framing !== 'pieces') return [bytes];
  return [
    bytes.subarray(0, Math.floor(cut / 2)),
    bytes.subarray(Math.floor(cut / 2), cut),
    bytes.subarray(cut),
  ];
}

function textOf(request: PlannedRequest): string {
  const { framing } = request;
  if (framing === 'pipelined') return oneOf(request).repeat(2);
  if (framing === 'bare-lf') return oneOf(request).replaceAll('\r\n', '\n');
  return oneOf(request);
}

function oneOf({ method, target, headers, body, framing }: PlannedRequest): string {
  const version = framing === 'http-1.0' ? 'HTTP/1.0' : 'HTTP/1.1';
  const { lines, payload } = framed(body, framing);
  const host = framing === 'no-host' ? [] : ['Host: docket'];
  const head = [...host, ...headers.map(([name, value]) => `${name}: ${value}`), ...lines];
  return `${[`${method} ${target} ${version}`, ...head].join('\r\n')}\r\n\r\n${payload}`;
}

interface Framed {
  readonly lines: readonly string[];
  readonly payload: string;
}

const CHUNKED = 'Transfer-Encoding: chunked';

function framed(body: string | null, framing: Framing): Framed {
  if (body === null) return { lines: [], payload: '' };
  return FRAMED[framing]?.(body) ?? { lines: [lengthOf(body.length)], payload: body };
}

const lengthOf = (length: number): string => `Content-Length: ${length}`;

const FRAMED: Partial<Record<Framing, (body: string) => Framed>> = {
  chunked: (body) => ({ lines: [CHUNKED], payload: chunks(body) }),
  'chunk-extensions': (body) => ({
    lines: [CHUNKED, 'Trailer: X'],
    payload: `${chunks(body, ';a="b";c').slice(0, -2)}X: ${'1'.repeat(100)}\r\n\r\n`,
  }),
  'both-lengths': (body) => ({
    lines: [CHUNKED, lengthOf(body.length)],
    payload: chunks(body),
  }),
  'longer-length': (body) => ({ lines: [lengthOf(body.length + 10)], payload: body }),
  'shorter-length': (body) => ({
    lines: [lengthOf(Math.floor(body.length / 2))],
    payload: body,
  }),
  'no-length': (body) => ({ lines: [], payload: body }),
};

function chunks(body: string, extension = ''): string {
  const half = Math.ceil(body.length / 2);
  const parts = [body.slice(0, half), body.slice(half)].filter((part) => part !== '');
  const sized = parts.map((part) => `${part.length.toString(16)}${extension}\r\n${part}\r\n`);
  return `${sized.join('')}0\r\n\r\n`;
}

const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const STEERING = /^(connection|upgrade|expect|host|content-length|transfer-encoding)$/i;
const MAX_HEAD = 12_000;
const MAX_HEADERS = 1_000;
const METHODS = /^(GET|POST|PUT|PATCH|DELETE|OPTIONS|HEAD|PROPFIND)$/;

function isProper({ method, target, headers, body }: PlannedRequest, length: number): boolean {
  return (
    METHODS.test(method) &&
    /^\/[\x21-\x7e]*$/.test(target) &&
    length - (body?.length ?? 0) < MAX_HEAD &&
    headers.length < MAX_HEADERS &&
    (body?.length ?? 0) <= 1_048_576 &&
    headers.every(([name, value]) => TOKEN.test(name) && VALUE.test(value) && !STEERING.test(name))
  );
}
