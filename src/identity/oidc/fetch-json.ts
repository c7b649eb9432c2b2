import { request } from 'undici';

/** Milliseconds that an issuer may take for one answer. */
const WITHIN = 5_000;
const MAX_BYTES = 524_288;

/** Why an issuer's answer could not be had; it names no more than the address. */
export class IssuerFailed extends Error {
  override readonly name = 'IssuerFailed';
}

/** Resolves to the JSON at an address; follows no redirects. Throws `IssuerFailed`. */
export async function fetchJson(address: string): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    const { statusCode, body } = await request(address, {
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(WITHIN),
    });
    if (statusCode !== 200) {
      await body.dump();
      throw new IssuerFailed(`${address} answered ${statusCode}`);
    }
    for await (const chunk of body) {
      const bytes = Buffer.from(chunk);
      size += bytes.length;
      if (size > MAX_BYTES) throw new IssuerFailed(`${address} answers with too much`);
      chunks.push(bytes);
    }
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch (error) {
    throw error instanceof IssuerFailed
      ? error
      : new IssuerFailed(`${address} gives no usable answer (${reasonOf(error)})`, {
          cause: error,
        });
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'it is no JSON';
  return error instanceof Error
    ? 'code' in error && typeof error.code === 'string'
      ? error.code
      : error.name
    : 'unknown';
}
