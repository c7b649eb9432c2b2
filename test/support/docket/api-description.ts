import { z } from 'zod';
import type { Call } from './http-client.js';

const parameter = z.strictObject({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  required: z.boolean().optional(),
  description: z.string().optional(),
  schema: z.record(z.string(), z.json()),
});

const content = z.record(
  z.string().regex(/^[a-z]+\/[a-z+-]+$/),
  z.strictObject({ schema: z.record(z.string(), z.json()) }),
);

const operationObject = z.strictObject({
  operationId: z.string(),
  summary: z.string().min(1),
  tags: z.array(z.string()).min(1),
  security: z.array(z.strictObject({ bearer: z.tuple([]) })).optional(),
  parameters: z.array(parameter),
  requestBody: z.strictObject({ required: z.boolean(), content }).optional(),
  responses: z.record(
    z.string().regex(/^[2-5]\d\d$/),
    z.strictObject({ description: z.string(), content: content.optional() }),
  ),
});

/** As much of an OpenAPI 3.1 document as ours has, and nothing else. */
const apiDescription = z.strictObject({
  openapi: z.literal('3.1.0'),
  info: z.looseObject({ title: z.string(), version: z.string() }),
  servers: z.array(z.json()),
  tags: z.array(z.json()),
  paths: z.record(
    z.string().startsWith('/'),
    z.strictObject({ get: operationObject.optional(), post: operationObject.optional() }),
  ),
  components: z.strictObject({
    schemas: z.record(z.string(), z.record(z.string(), z.json())),
    securitySchemes: z.strictObject({
      bearer: z.strictObject({
        type: z.literal('http'),
        scheme: z.literal('bearer'),
        bearerFormat: z.literal('an API key of Docket, or a token of its OpenID issuer'),
      }),
    }),
  }),
});
export type ApiDescription = z.infer<typeof apiDescription>;

export interface DescribedRoute {
  /** As in `GET /v1/requests/{id}`. */
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly operation: z.infer<typeof operationObject>;
}

export async function readApiDescription(call: Call): Promise<ApiDescription> {
  const answer = await call(null, 'GET', '/openapi.json');
  return apiDescription.parse(answer.json());
}

/** Every route that the service says it has. */
export const describedRoutes = ({ paths }: ApiDescription): readonly DescribedRoute[] =>
  Object.entries(paths).flatMap(([path, { get, post }]) =>
    (
      [
        ['GET', get],
        ['POST', post],
      ] as const
    ).flatMap(([method, operation]) =>
      operation ? [{ name: `${method} ${path}`, method, path, operation }] : [],
    ),
  );
