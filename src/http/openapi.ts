import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { VERSION } from '../runtime/version.js';

/** The OpenAPI 3.1 document of every route, generated from the zod schemas that check the calls. */
function openApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Docket')
    .setDescription('Governance and audit for AI agents: every request an event stream.')
    .setVersion(VERSION)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'an API key of Docket, or a token of its OpenID issuer',
    })
    .build();
  return withProblemType(SwaggerModule.createDocument(app, config, { standardSchemaConverter }));
}

/** Errors are problem details, whatever the route itself produces. */
function withProblemType(document: OpenAPIObject): OpenAPIObject {
  const operations = Object.values(document.paths).flatMap(({ get, post }) => [get, post]);
  const responses = operations.flatMap((operation) => Object.values(operation?.responses ?? {}));
  for (const response of responses) {
    if (!response || !('content' in response)) continue;
    const problem = Object.values(response.content ?? {}).find(isProblem);
    if (problem) response.content = { 'application/problem+json': problem };
  }
  return document;
}

const isProblem = ({ schema }: { readonly schema?: object }): boolean =>
  schema !== undefined && '$ref' in schema && schema.$ref === '#/components/schemas/Problem';

/** Serves the document at `/openapi.json` and a page to read and try it at `/docs`. */
export function serveOpenApi(app: NestFastifyApplication): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Docket API',
  });
}

/** zod's own JSON Schema 2020-12, which is what OpenAPI 3.1 takes; what has an id becomes a component. */
function standardSchemaConverter(
  schema: unknown,
  { schemaType }: { schemaType: 'input' | 'output' },
): { schema: Record<string, unknown>; components: Record<string, object> } | undefined {
  if (!(schema instanceof z.ZodType)) return undefined;
  const {
    $schema: _,
    $defs: components = {},
    ...converted
  } = z.toJSONSchema(schema, { io: schemaType, unrepresentable: 'any' });
  return { schema: converted, components };
}
