import type { IncomingMessage } from 'node:http';
import { OpenAiError } from './openai-error.js';

/** The whole body as text; one of more than `limit` bytes is a 413 without being read to its end. */
export async function readRequestBody(request: IncomingMessage, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > limit) throw new OpenAiError(413, `The body is over ${limit} bytes.`, 'too_large');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
