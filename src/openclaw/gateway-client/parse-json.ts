const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The JSON value of a body, or `undefined` when it is not JSON in UTF-8. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    return undefined;
  }
}
