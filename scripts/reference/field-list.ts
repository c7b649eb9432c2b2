import type { z } from 'zod';

type Schema = z.core.JSONSchema.BaseSchema;

const SHA_256 = '^[0-9a-f]{64}$';

/** The fields of an object schema as a nested list: name, type, and what `meanings` says of the name. */
export function fieldList(
  schema: Schema,
  meanings: ReadonlyMap<string, string>,
  indent = '',
): string {
  const required = new Set(schema.required);
  return Object.entries(schema.properties ?? {})
    .map(([name, given]) => {
      const field = objectOf(given);
      const optional = required.has(name) ? '' : ', optional';
      const meaning = meanings.get(name);
      const line = `${indent}- \`${name}\`: ${typeText(field)}${optional}${meaning ? `. ${meaning}` : ''}`;
      return [line, ...nested(field, meanings, `${indent}  `)].join('\n');
    })
    .join('\n');
}

function nested(field: Schema, meanings: ReadonlyMap<string, string>, indent: string): string[] {
  const variants = (field.oneOf ?? []).map(objectOf);
  const inner = variants.length > 0 ? variants : [inside(field)];
  return inner
    .filter(({ properties }) => properties !== undefined)
    .map((variant, index) => {
      if (variants.length === 0) return fieldList(variant, meanings, indent);
      const choice = `${indent}- ${index === 0 ? 'either' : 'or'}`;
      return `${choice}\n${fieldList(variant, meanings, `${indent}  `)}`;
    });
}

/** The object in a list or behind a null, where there are fields to tell of. */
function inside(field: Schema): Schema {
  const item = field.type === 'array' ? field.items : field.anyOf?.find(isObject);
  return item === undefined || Array.isArray(item) ? field : objectOf(item);
}

function typeText(schema: Schema): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(' or ');
  if (schema.oneOf) return 'one of these objects';
  if (schema.anyOf) return schema.anyOf.map((one) => typeText(objectOf(one))).join(' or ');
  if (schema.type === 'array') return `list of ${typeText(inside(schema))}s`;
  if (schema.type === 'string') return stringText(schema);
  if (schema.type === 'object' && !schema.properties) return 'object of JSON values';
  return [schema.type ?? 'any JSON value'].flat().join(' or ');
}

function stringText({ format, pattern }: Schema): string {
  if (format === 'date-time') return 'time';
  return pattern === SHA_256 ? 'digest' : 'string';
}

const isObject = (schema: Schema): boolean => schema.type === 'object';

/** JSON Schema has `true` for anything. */
const objectOf = (schema: Schema | boolean): Schema => (typeof schema === 'boolean' ? {} : schema);
