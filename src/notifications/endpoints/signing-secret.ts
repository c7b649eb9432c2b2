const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/;
const LEAST_BYTES = 24;
const MOST_BYTES = 64;

/** Whether this is a signing secret as the Standard Webhooks specification has them: 24 to 64 bytes in base64. */
export function isSigningSecret(text: string): boolean {
  const [, encoded] = SECRET.exec(text) ?? [];
  if (encoded === undefined) return false;
  const bytes = Buffer.from(encoded, 'base64');
  const isWhole = bytes.toString('base64') === encoded;
  return isWhole && bytes.length >= LEAST_BYTES && bytes.length <= MOST_BYTES;
}
