import fc from 'fast-check';
import {
  describedRoutes,
  type ApiDescription,
  type DescribedRoute,
} from '../../support/docket/api-description.js';
import { anyCredentials } from './any-credentials.js';
import { anyHeaders } from './any-headers.js';
import { anyTarget, unknownTarget } from './any-target.js';
import { jsonText } from './json-text.js';
import { byteChange } from './mutate-bytes.js';
import { mutatedJson } from './mutate-json.js';
import { oddJson } from './odd-json.js';
import { FRAMINGS, type Framing, type Header, type PlannedRequest } from './planned-request.js';
import { schemaValues } from './schema-values.js';

const METHODS = [
  ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'CONNECT', 'PROPFIND'],
  ['QUERY', 'get', 'GETT', 'G\0T', '', 'PRI', 'M-SEARCH'],
].flat();

const JSON_TYPE: Header = ['Content-Type', 'application/json'];

const framing: fc.Arbitrary<Framing> = fc.oneof(
  { weight: 10, arbitrary: fc.constant('plain' as const) },
  { weight: 1, arbitrary: fc.constantFrom(...FRAMINGS) },
);

const at = fc.integer({ min: 0, max: 100 }).map((hundredths) => hundredths / 100);

/** Any request to a service that describes itself like this: right, nearly right, or far from it. */
export function anyRequest(description: ApiDescription): fc.Arbitrary<PlannedRequest> {
  const { schemas } = description.components;
  const described = describedRoutes(description).map((route) => ({
    weight: weightOf(route),
    arbitrary: requestTo(route, schemas),
  }));
  return fc.oneof(...described, { weight: 8, arbitrary: unrouted() });
}

/** Routes with a body have the most to get wrong. */
const weightOf = ({ method }: DescribedRoute): number => (method === 'POST' ? 16 : 6);

function requestTo(
  route: DescribedRoute,
  schemas: Readonly<Record<string, unknown>>,
): fc.Arbitrary<PlannedRequest> {
  const content = Object.values(route.operation.requestBody?.content ?? {})[0];
  const body = content ? bodies(schemaValues(content.schema, schemas)) : uncalledFor;
  return request(route.name, usually(route.method), anyTarget(route, schemas), body);
}

const usually = (method: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 15, arbitrary: fc.constant(method) },
    { weight: 1, arbitrary: fc.constantFrom(...METHODS) },
  );

const unchanged = fc.constant((bytes: string) => bytes);

/** JSON of the value, as it is or changed, in bytes that are mostly left alone. */
const bodies = (right: fc.Arbitrary<unknown>): fc.Arbitrary<string | null> =>
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc
        .tuple(mutatedJson(right), fc.oneof({ weight: 7, arbitrary: unchanged }, byteChange))
        .map(([value, change]) => change(Buffer.from(jsonText(value)).toString('latin1'))),
    },
    { weight: 1, arbitrary: uncalledFor },
  );

const uncalledFor: fc.Arbitrary<string | null> = fc.oneof(
  { weight: 9, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: oddJson.map((value) => Buffer.from(jsonText(value)).toString('latin1')) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '{}', '[]', '0', 'null', '""', '\0', '{}\n{}', '\xff'),
  },
);

function request(
  route: string | null,
  method: fc.Arbitrary<string>,
  target: fc.Arbitrary<string>,
  body: fc.Arbitrary<string | null>,
): fc.Arbitrary<PlannedRequest> {
  return fc
    .record({ method, target, body, credentials: anyCredentials, others: anyHeaders, framing, at })
    .map(({ credentials, others, ...rest }) => {
      const typed = others.some(([name]) => name === 'Content-Type') || rest.body === null;
      return {
        ...rest,
        route,
        headers: [...credentials, ...(typed ? [] : [JSON_TYPE]), ...others],
      };
    });
}

function unrouted(): fc.Arbitrary<PlannedRequest> {
  const methods = fc.constantFrom('GET', 'POST', ...METHODS);
  return request(null, methods, unknownTarget, uncalledFor);
}
