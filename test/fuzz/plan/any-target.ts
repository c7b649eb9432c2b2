import fc from 'fast-check';
import type { DescribedRoute } from '../../support/docket/api-description.js';
import { oddQuery, oddQueryValue, oddSegment } from './odd-address.js';
import { knownWords } from './known-words.js';
import { schemaValues } from './schema-values.js';

type Schemas = Readonly<Record<string, unknown>>;

/** Addresses of the route, with all that its path and query may hold, mostly right. */
export function anyTarget(
  { path, operation }: DescribedRoute,
  components: Schemas,
): fc.Arbitrary<string> {
  const inPath = operation.parameters.filter((one) => one.in === 'path');
  const inQuery = operation.parameters.filter((one) => one.in === 'query');
  const segments = Object.fromEntries(
    inPath.map(({ name, schema }) => [name, segmentOf(wordFor(path, name), schema, components)]),
  );
  const values = fc.record(
    Object.fromEntries(
      inQuery.map(({ name, schema }) => [name, queryValueOf(name, schema, components)]),
    ),
  );
  return fc
    .tuple(fc.record(segments), queryText(values, inQuery), pathChange)
    .map(([within, text, change]) => change(filled(path, within)) + text);
}

/** Ids are of different things: `{id}` in `/v1/delegations/{id}` is a `delegations/id`, when anything is known of these. */
function wordFor(path: string, name: string): string {
  const collection = path.split(`/{${name}}`)[0]?.split('/').at(-1);
  const word = `${collection}/${name}`;
  return knownWords(word) ? word : name;
}

const segmentOf = (name: string, schema: unknown, components: Schemas): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 8, arbitrary: schemaValues(schema, components, name).map(asText) },
    { weight: 1, arbitrary: oddSegment },
  );

/** Placeholders stay as they are, for `KnownValues` to fill. */
const queryValueOf = (name: string, schema: unknown, components: Schemas): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 10, arbitrary: schemaValues(schema, components, name).map(asText) },
    { weight: 1, arbitrary: oddQueryValue },
  );

interface Parameter {
  readonly name: string;
  readonly required?: boolean | undefined;
}

const AT_ONCE = 3;

/** What must stand there and a few of the others: many filters together find nothing. */
function queryText(
  values: fc.Arbitrary<Readonly<Record<string, string>>>,
  parameters: readonly Parameter[],
): fc.Arbitrary<string> {
  const required = parameters.filter((one) => one.required).map(({ name }) => name);
  const optional = parameters.filter((one) => !one.required).map(({ name }) => name);
  const right = fc
    .tuple(values, fc.subarray(optional, { maxLength: Math.min(AT_ONCE, optional.length) }))
    .map(([all, chosen]) => [...required, ...chosen].map((name) => `${name}=${all[name]}`))
    .map((pairs) => (pairs.length === 0 ? '' : `?${pairs.join('&')}`));
  return fc.oneof(
    { weight: 9, arbitrary: right },
    { weight: 1, arbitrary: fc.tuple(right, oddQuery).map(([text, odd]) => `${text}?${odd}`) },
    { weight: 1, arbitrary: oddQuery.map((odd) => `?${odd}`) },
  );
}

const filled = (path: string, values: Readonly<Record<string, string>>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');

const asText = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.startsWith('{{') ? text : encodeURIComponent(text.toWellFormed());
};

const pathChange: fc.Arbitrary<(path: string) => string> = fc.oneof(
  { weight: 12, arbitrary: fc.constant((path: string) => path) },
  { weight: 1, arbitrary: oddSegment.map((odd) => (path: string) => `${path}/${odd}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<((path: string) => string)[]>(
      (path) => `${path}/`,
      (path) => `/${path}`,
      (path) => path.toUpperCase(),
      (path) => path.replaceAll('/', '%2f'),
      (path) => path.replaceAll('/', '//'),
      (path) => `/x/..${path}`,
      (path) => `http://elsewhere.example${path}`,
      (path) => path.slice(0, -1),
      (path) => `${path}%00`,
      (path) => encodeURI(encodeURI(path)),
    ),
  },
);

const UNKNOWN = [
  ['/', '*', '', '/metrics', '/openapi.json', '/docs', '/docs/', '/docs/../../package.json'],
  ['/docs/%2e%2e%2fpackage.json', '/docs-json', '/docs-yaml', '/docs/swagger-ui-init.js', '/v1'],
  ['/v2/requests', '/.env', '/.git/config', '/admin', '/debug', '/v1/requests/', '//', '/%'],
  ['/node_modules/fastify/package.json', '/data/events.db', '/keys.json', '/favicon.ico', '/a b'],
  ['elsewhere.example:443', 'http://elsewhere.example/', 'ftp://x', '/\xff', '/\0'],
].flat();

const FOLDERS = ['/v1', '/v1/requests', '/docs', ''];

/** Addresses that no description names. */
export const unknownTarget: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...UNKNOWN),
  fc.tuple(fc.constantFrom(...FOLDERS), oddSegment).map(([folder, odd]) => `${folder}/${odd}`),
);
