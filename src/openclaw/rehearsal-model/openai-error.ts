/** A refusal in the form that OpenAI clients understand. */
export class OpenAiError extends Error {
  override readonly name = 'OpenAiError';

  constructor(
    readonly status: 400 | 404 | 405 | 413 | 500,
    message: string,
    readonly code: string | null = null,
    /** The path of the wrong field, e.g. `messages.0.role`. */
    readonly param: string | null = null,
  ) {
    super(message);
  }

  get body() {
    const type = this.status === 500 ? 'server_error' : 'invalid_request_error';
    return { error: { message: this.message, type, param: this.param, code: this.code } };
  }
}
