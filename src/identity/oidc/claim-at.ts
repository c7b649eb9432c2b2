/**
 * The value of a claim by its name (`https://example.com/roles`) or by a path with dots (`realm_access.roles`), on which
 * names may have dots themselves (`resource_access.my.client.roles`); `undefined` when there is none.
 */
export function claimAt(claims: unknown, path: string): unknown {
  if (!isObject(claims)) return undefined;
  if (Object.hasOwn(claims, path)) return claims[path];
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    const name = path.slice(0, dot);
    if (Object.hasOwn(claims, name)) return claimAt(claims[name], path.slice(dot + 1));
  }
  return undefined;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
