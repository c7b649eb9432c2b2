import type { JWTPayload } from 'jose';
import { z } from 'zod';
import { Problem } from '../../http/problem.js';
import { groupName } from '../group-name.js';
import { identityName } from '../identity-name.js';
import { role, type Principal, type Role } from '../principal.js';
import { claimAt } from './claim-at.js';
import type { OidcSettings } from './oidc-settings.js';
import { tokenUnusable } from './token-problem.js';
import { usualTokenKind } from './usual-token-kind.js';

/** Every event records its actor's groups. */
const MAX_GROUPS = 200;

/** Who calls with a token that was verified. Throws `token-unusable` and `too-many-groups`. */
export const principalOfClaims = (claims: JWTPayload, settings: OidcSettings): Principal => ({
  id: identityOf(claims, settings),
  kind: kindOf(claims, settings),
  roles: rolesOf(claims, settings),
  groups: groupsOf(claims, settings),
  credential: `oidc:${new URL(settings.issuer).host}`,
});

function identityOf(claims: JWTPayload, { identityClaim }: OidcSettings): string {
  const value = claimAt(claims, identityClaim);
  if (identityClaim !== 'email') return checkedIdentity(value, identityClaim);
  if (claims['email_verified'] !== true) {
    throw tokenUnusable('The issuer has not verified its e-mail address.');
  }
  // Addresses that differ in case alone are the same person's, who has one name here.
  return checkedIdentity(typeof value === 'string' ? value.toLowerCase() : value, identityClaim);
}

function checkedIdentity(value: unknown, claim: string): string {
  const { data, error } = identityName.safeParse(value);
  if (data !== undefined) return data;
  const why = typeof value === 'string' ? error.issues[0]?.message : 'is missing, or no text';
  throw tokenUnusable(`Its claim ${claim}, by which callers are named here, ${why}.`);
}

/** Where a claim is said to tell it, only that claim makes somebody a person: `human`, or `user` as Entra has it. */
function kindOf(claims: JWTPayload, { kindClaim }: OidcSettings): Principal['kind'] {
  if (kindClaim === null) return usualTokenKind(claims);
  const value = claimAt(claims, kindClaim);
  return value === 'human' || value === 'user' ? 'human' : 'machine';
}

function rolesOf(claims: JWTPayload, { rolesClaim, roles }: OidcSettings): readonly Role[] {
  const given = valuesOf(claimAt(claims, rolesClaim)) ?? [];
  const named = given.flatMap((value) => (roles ? (roles.get(value) ?? []) : sameNamed(value)));
  return role.options.filter((one) => named.includes(one));
}

const sameNamed = (value: string): readonly Role[] => {
  const { data } = role.safeParse(value);
  return data === undefined ? [] : [data];
};

function groupsOf(claims: JWTPayload, { groupsClaim }: OidcSettings): readonly string[] {
  if (isTooManyForAToken(claims, groupsClaim))
    throw tooManyGroups('more groups than a token holds');
  const given = claimAt(claims, groupsClaim);
  if (given === undefined || given === null) return [];
  const groups = [...new Set(groupList(given, groupsClaim))];
  if (groups.length > MAX_GROUPS) throw tooManyGroups(`${groups.length} groups`);
  const checked = z.array(groupName).safeParse(groups);
  if (checked.success) return checked.data;
  throw tokenUnusable(`A group in its claim ${groupsClaim} ${checked.error.issues[0]?.message}.`);
}

function groupList(given: unknown, claim: string): readonly string[] {
  const { data } = z
    .union([z.array(z.string()), z.string().transform((one) => [one])])
    .safeParse(given);
  if (data) return data;
  throw tokenUnusable(`Its claim ${claim} is no list of texts.`);
}

/** Entra leaves out groups beyond 200 and says instead where they could be asked for. */
const isTooManyForAToken = (claims: JWTPayload, groupsClaim: string): boolean =>
  claimAt(claims, `_claim_names.${groupsClaim}`) !== undefined;

const tooManyGroups = (what: string): Problem =>
  new Problem(
    'too-many-groups',
    `The token names ${what}; at most ${MAX_GROUPS} are taken. Have the issuer put only those into it that policies name.`,
  );

/** A list of texts, or one text with spaces between its values, as scopes have it. */
function valuesOf(value: unknown): readonly string[] | null {
  if (typeof value === 'string') return value.split(' ');
  return z.array(z.string()).safeParse(value).data ?? null;
}
