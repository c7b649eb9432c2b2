import { z } from 'zod';
import type { OidcSettings } from '../identity/oidc/oidc-settings.js';
import { role, type Role } from '../identity/principal.js';

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;

const issuer = z.string().refine(isIssuer, {
  error: 'expected an https:// address without query; http:// only on this machine',
});
const claim = z.string().min(1).max(200);

const roleMapping = z.string().refine((text) => mappingOf(text) !== null, {
  error: `expected value=role, separated by commas, with the roles ${role.options.join(', ')}`,
});

/** The part of the settings that concerns tokens; see `settings.ts`. */
export const oidcEnvironment = {
  DOCKET_OIDC_ISSUER: issuer
    .optional()
    .describe(
      'OpenID Connect issuer whose tokens are taken besides keys, exactly as it calls itself (`issuer` in its `/.well-known/openid-configuration`). Default: none.',
    ),
  DOCKET_OIDC_AUDIENCE: z
    .string()
    .refine((text) => listOf(text).length > 0, 'expected what `aud` of a token has to name')
    .optional()
    .describe(
      'What `aud` of a token has to name; several separated by commas. Goes with the issuer.',
    ),
  DOCKET_OIDC_IDENTITY_CLAIM: claim
    .default('sub')
    .describe(
      'Claim that names who is calling. `email` is taken when `email_verified` is true, in lower case. Never a claim that people can change themselves.',
    ),
  DOCKET_OIDC_ROLES_CLAIM: claim
    .default('roles')
    .describe(
      'Claim with the roles, by name or by a path such as `realm_access.roles`: a list, or one text with spaces.',
    ),
  DOCKET_OIDC_ROLES: roleMapping
    .optional()
    .describe(
      'Roles by values of that claim, such as `docket-approver=approver,docket-audit=auditor`. Without it a value gives the role of its name.',
    ),
  DOCKET_OIDC_GROUPS_CLAIM: claim
    .default('groups')
    .describe('Claim with the groups that policies name, by name or by a path; at most 200.'),
  DOCKET_OIDC_KIND_CLAIM: claim
    .optional()
    .describe(
      'Claim that is `human` or `user` for people; whoever has another value, or none, counts as a machine. Without it a token counts as a machine’s when it has the marks of a client credentials grant.',
    ),
  DOCKET_OIDC_CLOCK_SKEW: z
    .string()
    .regex(/^\d{1,3} ?s?$/, 'expected seconds, e.g. 30')
    .transform((text) => Number.parseInt(text, 10))
    .pipe(z.number().max(300))
    .default(30)
    .describe('Seconds by which the clocks of issuer and service may differ, 0 to 300.'),
} as const;

type OidcEnvironment = z.infer<z.ZodObject<typeof oidcEnvironment>>;

/** The settings of tokens, null without an issuer. */
export function oidcOf(parsed: OidcEnvironment): OidcSettings | null {
  if (parsed.DOCKET_OIDC_ISSUER === undefined) return null;
  return {
    issuer: parsed.DOCKET_OIDC_ISSUER,
    audiences: listOf(parsed.DOCKET_OIDC_AUDIENCE ?? ''),
    identityClaim: parsed.DOCKET_OIDC_IDENTITY_CLAIM,
    rolesClaim: parsed.DOCKET_OIDC_ROLES_CLAIM,
    roles: parsed.DOCKET_OIDC_ROLES === undefined ? null : mappingOf(parsed.DOCKET_OIDC_ROLES),
    groupsClaim: parsed.DOCKET_OIDC_GROUPS_CLAIM,
    kindClaim: parsed.DOCKET_OIDC_KIND_CLAIM ?? null,
    clockSkew: parsed.DOCKET_OIDC_CLOCK_SKEW * 1_000,
  };
}

function isIssuer(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || /[?#@\s]/.test(text)) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
}

function mappingOf(text: string): ReadonlyMap<string, readonly Role[]> | null {
  const mapping = new Map<string, Role[]>();
  for (const pair of listOf(text)) {
    const at = pair.lastIndexOf('=');
    const { data } = role.safeParse(pair.slice(at + 1).trim());
    const value = pair.slice(0, Math.max(at, 0)).trim();
    if (data === undefined || value === '') return null;
    mapping.set(value, [...(mapping.get(value) ?? []), data]);
  }
  return mapping.size > 0 ? mapping : null;
}

const listOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
