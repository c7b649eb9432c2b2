import { join } from 'node:path';
import { z } from 'zod';
import { accessEventSchemas, accessMetadata } from '../../src/access-log/access-log.events.js';
import { delegationEventSchemas } from '../../src/delegation/delegation.events.js';
import {
  eventMetadata,
  eventSchemas,
  SCHEMA_VERSION,
} from '../../src/governed-request/governed-request.events.js';
import { projectRoot } from '../../src/runtime/project-root.js';
import { docComments, type DocumentedConstant } from './doc-comments.js';
import { document } from './markdown.js';
import { fieldList } from './field-list.js';

const SOURCE = 'src/governed-request/governed-request.events.ts';

const INTRODUCTION = `Every governed request is one stream, \`governedRequest-<id>\`. Its events are JSON, checked by the schemas in
[\`${SOURCE}\`](../../${SOURCE}) before they are written and whenever they are read; an event that fits none of them is never
skipped in silence. Schema version: ${SCHEMA_VERSION}. A time is ISO 8601 in UTC with milliseconds, a digest a SHA-256 in
lower-case hex.`;

const DELEGATION_SOURCE = 'src/delegation/delegation.events.ts';

const DELEGATION_INTRODUCTION = `# Delegations

Who stands in for whom is in one stream for everybody, \`delegation-register\`, by the schemas in
[\`${DELEGATION_SOURCE}\`](../../${DELEGATION_SOURCE}). The metadata are those of a request's events.`;

const ACCESS_SOURCE = 'src/access-log/access-log.events.ts';

const ACCESS_INTRODUCTION = `# The access log

Who read what, and what was refused, is in one stream a day, \`access-<yyyy-mm-dd>\` in UTC, by the schemas in
[\`${ACCESS_SOURCE}\`](../../${ACCESS_SOURCE}). These events hold no content, no key and no token.`;

/** `events.md`, from the event schemas and their doc comments. */
export const eventsReference = (): string =>
  document(
    'Events',
    INTRODUCTION,
    ...sectionsOf(SOURCE, eventSchemas, { eventMetadata }),
    DELEGATION_INTRODUCTION,
    ...sectionsOf(DELEGATION_SOURCE, delegationEventSchemas, {}),
    ACCESS_INTRODUCTION,
    ...sectionsOf(ACCESS_SOURCE, accessEventSchemas, { accessMetadata }),
  );

/** A section for each event and for their metadata, the only constant of `metadata`. */
function sectionsOf(
  source: string,
  schemas: Readonly<Record<string, z.ZodType>>,
  metadata: Readonly<Record<string, z.ZodType>>,
): readonly string[] {
  const comments = docComments(join(projectRoot, source));
  const events = Object.entries(schemas).map(([type, schema]) =>
    section(type, schema, comments.get(constantOf(type))),
  );
  const ofEvery = Object.entries(metadata).map(([constant, schema]) =>
    section('Metadata of every event', schema, comments.get(constant)),
  );
  return [...events, ...ofEvery];
}

/** The file names the schema of an event as the event, with a small first letter. */
const constantOf = (type: string): string => type.charAt(0).toLowerCase() + type.slice(1);

function section(
  title: string,
  schema: z.ZodType,
  comment: DocumentedConstant | undefined,
): string {
  const fields = fieldList(z.toJSONSchema(schema), comment?.members ?? new Map<string, string>());
  return [`## ${title}`, comment?.text, fields].filter(Boolean).join('\n\n');
}
