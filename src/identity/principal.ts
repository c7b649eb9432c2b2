import { z } from 'zod';

/** What an identity may do; see `docs/guides/keys-and-roles.md`. */
export const role = z.enum(['requester', 'approver', 'auditor', 'analyst', 'admin']);
export type Role = z.infer<typeof role>;

/** Whether a person or a program acts under an identity. */
export const principalKind = z.enum(['human', 'machine']);
export type PrincipalKind = z.infer<typeof principalKind>;

/** Who is calling. */
export interface Principal {
  /** The identity that goes into events as actor, requester or approver; several keys and tokens may share it. */
  readonly id: string;
  readonly kind: PrincipalKind;
  readonly roles: readonly Role[];
  readonly groups: readonly string[];
  /** How they proved it, without any secret: `key:<id of the key>` or `oidc:<host of the issuer>`. */
  readonly credential: string;
}

export const hasRole = (principal: Principal, ...roles: readonly Role[]): boolean =>
  roles.some((wanted) => principal.roles.includes(wanted));

export const hasEveryRole = (principal: Principal, roles: readonly Role[]): boolean =>
  roles.every((wanted) => principal.roles.includes(wanted));
