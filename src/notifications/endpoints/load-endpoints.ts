import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { ConfigurationError } from '../../runtime/configuration.error.js';
import type { TargetGuard } from '../targets/target-guard.js';
import { isSigningSecret } from './signing-secret.js';
import type { WebhookEndpoint } from './webhook-endpoint.js';
import { webhooksFile, type SecretReference, type WebhooksFile } from './webhooks-file.schema.js';

/**
 * Reads the endpoints from the YAML file, and their secrets from where it says. Throws `ConfigurationError` with one line that names
 * the place, and never a secret or an address.
 */
export function loadEndpoints(
  file: string,
  guard: TargetGuard,
  env: NodeJS.ProcessEnv,
): readonly WebhookEndpoint[] {
  const { endpoints } = parseFile(file);
  return endpoints.map((endpoint) => {
    const at = (part: string) => `endpoint ${endpoint.id}: ${part}`;
    const objection = guard.objection(endpoint.url);
    if (objection !== null) throw wrong(file, at(`url: ${objection}`));
    const secrets = endpoint.secrets.map((reference, index) => {
      const place = at(`secrets.${index}`);
      const secret = secretAt(file, place, reference, env);
      if (isSigningSecret(secret)) return secret;
      throw wrong(file, `${place}: expected whsec_ and 24 to 64 bytes in base64`);
    });
    return { ...endpoint, secrets };
  });
}

function parseFile(file: string): WebhooksFile {
  const result = webhooksFile.safeParse(plainValue(file));
  if (result.success) return result.data;
  throw wrong(file, result.error.issues.map(describe).join('; '));
}

/** What the parser itself says is not passed on: it may repeat what stands there. */
function plainValue(file: string): unknown {
  const document = parseDocument(textOf(file, file, ''), { prettyErrors: false });
  const [error] = [...document.errors, ...document.warnings];
  if (error) throw wrong(file, `this is not valid YAML (${error.code})`);
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    throw wrong(file, 'this is not valid YAML (aliases are not taken)');
  }
}

function secretAt(
  file: string,
  place: string,
  reference: SecretReference,
  env: NodeJS.ProcessEnv,
): string {
  if (typeof reference === 'string') return reference;
  if ('file' in reference) {
    return textOf(file, resolve(dirname(file), reference.file), `${place}: `).trim();
  }
  const value = env[reference.env];
  if (value) return value;
  throw wrong(file, `${place}: the environment has no ${reference.env}`);
}

function textOf(file: string, path: string, place: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw wrong(file, `${place}the file cannot be read (${code})`);
  }
}

/** A secret in the wrong place could be the name of a field. */
function describe({ code, path, message }: z.core.$ZodIssue): string {
  const why = code === 'unrecognized_keys' ? 'a field is not known' : message;
  return path.length === 0 ? why : `${path.join('.')}: ${why}`;
}

const wrong = (file: string, why: string): ConfigurationError =>
  new ConfigurationError(`DOCKET_WEBHOOKS_FILE: ${file}: ${why}`);
