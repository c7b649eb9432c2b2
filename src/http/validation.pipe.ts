import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { Problem } from './problem.js';

const MAX_ERRORS = 20;
/** Callers choose the names of fields, and schemas may quote what they got. */
const MAX_TEXT = 200;

/** As the Standard Schema specification has it, zod's issues among them. */
interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  /** zod's name for the fields a strict object does not know. */
  readonly keys?: readonly string[];
}

/**
 * Checks every `@Body`, `@Query`, `@Param` by its zod schema; what is wrong is named field by field. Nest's own pipe
 * would first delete `constructor` and `prototype` at any depth: content would not be what the caller sent.
 */
export const validationPipe: PipeTransform<unknown, Promise<unknown>> = {
  async transform(value, { schema, data }: ArgumentMetadata) {
    if (!schema) return value;
    const result = await schema['~standard'].validate(value);
    if (!result.issues) return result.value;
    throw invalidRequest(result.issues, data);
  },
};

/** The problem that names each wrong field, the first twenty of them; `name` is that of the parameter they are in. */
export function invalidRequest(issues: readonly Issue[], name?: string): Problem {
  const errors = issues
    .flatMap((issue) => fieldErrors(issue, name))
    .slice(0, MAX_ERRORS)
    .map(({ path, message }) => ({ path: clipped(path), message: clipped(message) }));
  const detail = errors.map(({ path, message }) => (path ? `${path}: ${message}` : message));
  return new Problem('invalid-request', detail.join('; '), { errors });
}

const clipped = (text: string): string =>
  text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…`.toWellFormed() : text;

function fieldErrors(
  { message, path = [], keys }: Issue,
  name: string | undefined,
): { path: string; message: string }[] {
  const within = path.map((segment) => String(typeof segment === 'object' ? segment.key : segment));
  const at = name === undefined ? within : [name, ...within];
  if (!keys) return [{ path: at.join('.'), message }];
  return keys.map((key) => ({ path: [...at, key].join('.'), message: 'There is no such field' }));
}
