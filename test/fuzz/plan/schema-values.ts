import fc from 'fast-check';
import { z } from 'zod';
import { knownWords } from './known-words.js';

/** As much of JSON Schema as the description uses; what is not here is taken for any value. */
const schemaObject = z.looseObject({
  $ref: z.string().optional(),
  type: z.string().optional(),
  enum: z.array(z.json()).optional(),
  const: z.json().optional(),
  anyOf: z.array(z.json()).optional(),
  oneOf: z.array(z.json()).optional(),
  allOf: z.array(z.json()).optional(),
  properties: z.record(z.string(), z.json()).optional(),
  required: z.array(z.string()).optional(),
  items: z.json().optional(),
  pattern: z.string().optional(),
  format: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  maxLength: z.number().optional(),
});

type Schemas = Readonly<Record<string, unknown>>;

/** Values that the schema allows, mostly. */
export function schemaValues(
  schema: unknown,
  components: Schemas,
  name = '',
): fc.Arbitrary<unknown> {
  const known = schemaObject.parse(schema);
  if (known.$ref) return referenced(known.$ref, components, name);
  const choices = known.anyOf ?? known.oneOf ?? known.allOf;
  const words = knownWords(name);
  if (words && known.type !== 'object') {
    return fc.oneof({ weight: 4, arbitrary: words }, ofType(known, components));
  }
  if (choices) return fc.oneof(...choices.map((each) => schemaValues(each, components, name)));
  return ofType(known, components);
}

/** Not followed within itself: nothing we send needs it. */
function referenced(ref: string, components: Schemas, name: string): fc.Arbitrary<unknown> {
  const { [ref.split('/').at(-1) ?? '']: found, ...others } = components;
  return found === undefined ? fc.jsonValue({ maxDepth: 2 }) : schemaValues(found, others, name);
}

function ofType(schema: z.infer<typeof schemaObject>, components: Schemas): fc.Arbitrary<unknown> {
  const { minimum = -1_000, maximum = 1_000 } = schema;
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf ?? schema.oneOf) return fc.string({ maxLength: 40 });
  if (schema.type === 'integer') {
    return withEnds(fc.integer({ min: minimum, max: maximum }), minimum, maximum);
  }
  if (schema.type === 'number') {
    return withEnds(fc.double({ min: minimum, max: maximum, noNaN: true }), minimum, maximum);
  }
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'string') return texts(schema);
  if (schema.type === 'array') {
    return fc.array(schemaValues(schema.items ?? {}, components), { maxLength: 3 });
  }
  if (schema.properties) return members(schema.properties, schema.required ?? [], components);
  return fc.dictionary(fc.string({ maxLength: 10 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 });
}

/** Where something ends is where it goes wrong. */
const withEnds = <T>(usual: fc.Arbitrary<T>, ...ends: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: fc.constantFrom(...ends) });

function texts({
  format,
  pattern,
  maxLength = 100,
}: z.infer<typeof schemaObject>): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.uuid();
  if (format === 'date') return dates.map((date) => date.slice(0, 10));
  if (format === 'date-time') return dates;
  if (pattern === undefined) {
    const short = fc.string({ minLength: 1, maxLength: Math.min(maxLength, 60) });
    return withEnds(short, 'a'.repeat(maxLength), 'a'.repeat(maxLength + 1));
  }
  return matching(pattern);
}

const dates = fc
  .date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());

/** A pattern that fast-check cannot make texts of stands for any text. */
function matching(pattern: string): fc.Arbitrary<string> {
  try {
    return fc.stringMatching(new RegExp(pattern, 'u'));
  } catch {
    return fc.string({ minLength: 1, maxLength: 60 });
  }
}

function members(
  properties: Schemas,
  required: readonly string[],
  components: Schemas,
): fc.Arbitrary<unknown> {
  const model = Object.fromEntries(
    Object.entries(properties).map(([key, of]) => [key, schemaValues(of, components, key)]),
  );
  return fc.record(model, { requiredKeys: required.filter((key) => key in model) });
}
