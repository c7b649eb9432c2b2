import { z } from 'zod';

/** What an identity may do; see `docs/guides/keys-and-roles.md`. */
export const role = z.enum(['requester', 'approver', 'auditor', 'analyst', 'admin']);
export type Role = z.infer<typeof role>;

/** Who is calling. */
export interface Principal {
  /** The identity that goes into events as actor, requester or approver; several keys may share it. */
  readonly id: string;
  readonly roles: readonly Role[];
  readonly groups: readonly string[];
}

export const hasRole = (principal: Principal, ...roles: readonly Role[]): boolean =>
  roles.some((wanted) => principal.roles.includes(wanted));
