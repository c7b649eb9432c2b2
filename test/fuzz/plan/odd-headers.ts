import type { Header } from './planned-request.js';

/** Headers that mean something to a service like this, or to what stands in front of one. */
export const HEADER_NAMES = [
  ['Prefer', 'Idempotency-Key', 'X-Correlation-Id', 'Accept', 'Content-Type', 'Cookie', 'Origin'],
  ['Accept-Encoding', 'Range', 'If-None-Match', 'X-Forwarded-For', 'X-HTTP-Method-Override'],
  ['__proto__', 'constructor', 'X', 'Via', 'Forwarded', 'Date', 'TE', 'Docket-Next-After'],
].flat();

/** Values that hardly any header has, one byte a character. */
export const ODD_HEADER_VALUES = [
  ['', ' ', ',', ';', '=', '"', '*', '*/*', '\t', '\x7f', '\x01', '\xe9', '\xff\xfe', '\xc0\x80'],
  ['a\r\n b', 'a\r\nX-Injected: 1', 'a\nX-Injected: 1', 'a\rb', 'a\0b', '__proto__', '{}', '[]'],
  ['a'.repeat(255), 'a'.repeat(256), 'a'.repeat(10_000), 'a'.repeat(17_000), '%00'],
  [Buffer.from('😀').toString('latin1')],
].flat();

const PREFERENCES = [
  ['wait=0', 'wait=1', 'wait=-1', 'wait=1e9', 'wait=99999999999', 'wait="2"', 'wait=0, wait=5'],
  ['respond-async', 'respond-async, wait=1', ';;,=,', 'return=minimal', 'WAIT=0'],
].flat();

const ACCEPTED = ['application/x-ndjson', 'text/html', 'image/*', 'a;q=0', 'a'.repeat(9_000)];

const TYPES = [
  ['text/plain', 'application/json; charset=utf-16', 'application/json; charset=nonsense', ''],
  ['multipart/form-data', 'application/x-www-form-urlencoded', 'application/jsonp', ';', 'json'],
  ['application/json;', 'APPLICATION/JSON', 'application/problem+json', 'a/b/c'],
  ['application/json, text/plain', 'application/json\xff', `application/${'j'.repeat(9_000)}`],
].flat();

const CODINGS = ['gzip', 'deflate, br', 'identity'];
const TRANSFERS = ['gzip, chunked', 'identity', 'chunked, identity', ' chunked', 'xchunked'];
const LENGTHS = ['-1', '0', '+5', '5, 5', '9'.repeat(30), '99999999999'];

const each = (name: string, values: readonly string[]): readonly Header[] =>
  values.map((value) => [name, value]);

/** Headers with values made for them. */
export const STEERING_HEADERS: readonly Header[] = [
  each('Prefer', PREFERENCES),
  each('Accept', ACCEPTED),
  each('Content-Type', TYPES),
  each('Content-Encoding', CODINGS),
  each('Transfer-Encoding', TRANSFERS),
  each('Transfer-encoding\xa0', ['chunked']),
  each('Content-Length', LENGTHS),
  each('Expect', ['100-continue', '200-ok']),
  each('Connection', ['close', 'keep-alive, Upgrade', 'Authorization']),
  each('Upgrade', ['websocket', 'h2c']),
  each('Host', ['elsewhere.example', '', 'a b']),
  each('Origin', ['https://elsewhere.example']),
  each('Access-Control-Request-Method', ['POST']),
  each('X-HTTP-Method-Override', ['DELETE']),
  ['X Y', '', 'X:', 'X\0', '\xe9', 'X'.repeat(9_000)].map((name): Header => [name, 'a']),
].flat();
