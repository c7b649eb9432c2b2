import { z } from 'zod';
import { PROBLEMS, type ProblemCode } from './problem-codes.js';

/** The body of every error answer: problem details (RFC 9457) with a `code` and what is wrong where. */
export const problemDetails = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    errors: z.array(z.strictObject({ path: z.string(), message: z.string() })),
  })
  .meta({ id: 'Problem' });
export type ProblemDetails = z.infer<typeof problemDetails>;

interface ProblemOptions {
  readonly errors?: ProblemDetails['errors'];
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer other than success, thrown anywhere below a controller. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly errors: ProblemDetails['errors'];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: ProblemCode,
    message: string,
    { errors = [], headers = {} }: ProblemOptions = {},
  ) {
    super(message);
    this.errors = errors;
    this.headers = headers;
  }

  get status(): number {
    return PROBLEMS[this.code][0];
  }

  get details(): ProblemDetails {
    const [status, title] = PROBLEMS[this.code];
    const { code, message, errors } = this;
    return { type: `urn:docket:problem:${code}`, title, status, code, detail: message, errors };
  }
}
