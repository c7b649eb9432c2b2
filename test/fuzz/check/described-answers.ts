import { z } from 'zod';
import { describedRoutes, type ApiDescription } from '../../support/docket/api-description.js';

/** What the description says a route may answer with. */
export interface DescribedAnswers {
  /** The route, as in `GET /v1/requests/{id}`. */
  readonly name: string;
  readonly statuses: ReadonlySet<number>;
  /** The schema of a JSON body by status; none is given for what is no JSON. */
  readonly bodies: ReadonlyMap<number, z.ZodType>;
}

/** Finds what is described for a method and an address; `null` when no route is there. */
export type FindDescribed = (method: string, target: string) => DescribedAnswers | null;

const JSON_TYPE = 'application/json';

export function describedAnswers(description: ApiDescription): FindDescribed {
  const { schemas } = description.components;
  const routes = describedRoutes(description).map(({ name, method, path, operation }) => {
    const responses = Object.entries(operation.responses);
    const bodies = responses.flatMap(([status, { content }]): [number, z.ZodType][] => {
      const schema = content?.[JSON_TYPE]?.schema;
      return schema ? [[Number(status), parserOf(schema, schemas)]] : [];
    });
    const statuses = new Set(responses.map(([status]) => Number(status)));
    return {
      method,
      pattern: path.split('/'),
      answers: { name, statuses, bodies: new Map(bodies) },
    };
  });
  return (method, target) => {
    const segments = segmentsOf(target);
    const asked = method === 'HEAD' ? 'GET' : method;
    const found = routes.filter((one) => one.method === asked && fits(one.pattern, segments));
    return (
      found.toSorted((a, b) => wildcards(a.pattern) - wildcards(b.pattern))[0]?.answers ?? null
    );
  };
}

/** zod keeps shared schemas under another name than OpenAPI does. */
function parserOf(schema: object, schemas: object): z.ZodType {
  const whole = JSON.stringify({ ...schema, $defs: schemas });
  return z.fromJSONSchema(JSON.parse(whole.replaceAll('#/components/schemas/', '#/$defs/')));
}

function segmentsOf(target: string): readonly string[] {
  const path = target.replace(/^[a-z]+:\/\/[^/]*/i, '').split(/[?#]/, 1)[0] ?? '';
  try {
    return path.split('/').map(decodeURIComponent);
  } catch {
    return path.split('/');
  }
}

const isWildcard = (segment: string): boolean => segment.startsWith('{');
const wildcards = (pattern: readonly string[]): number => pattern.filter(isWildcard).length;

const fits = (pattern: readonly string[], segments: readonly string[]): boolean =>
  pattern.length === segments.length &&
  pattern.every((part, index) => isWildcard(part) || part === segments[index]);
