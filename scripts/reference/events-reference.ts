import { join } from 'node:path';
import { z } from 'zod';
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

/** `events.md`, from the event schemas and their doc comments. */
export function eventsReference(): string {
  const comments = docComments(join(projectRoot, SOURCE));
  const sections = Object.entries(eventSchemas).map(([type, schema]) =>
    section(type, schema, comments.get(constantOf(type))),
  );
  const metadata = section('Metadata of every event', eventMetadata, comments.get('eventMetadata'));
  return document('Events', INTRODUCTION, ...sections, metadata);
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
