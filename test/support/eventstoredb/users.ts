import type { Metadata } from '@grpc/grpc-js';
import type { AccessList, StreamSettings } from './stream-settings.js';
import { rpcErrors } from './rpc-errors.js';

/** Somebody that a server with TLS lets in. */
export interface ScriptedUser {
  readonly name: string;
  readonly password: string;
  readonly isAdmin: boolean;
}

/** On whose behalf a call is made. */
export type Caller =
  | { readonly kind: 'user'; readonly name: string; readonly isAdmin: boolean }
  | { readonly kind: 'anybody' };

/** What a call does to a stream, by the letters of an access list. */
export type Operation = keyof AccessList;

const EVERYBODY_OF_AN_INSECURE_SERVER: Caller = { kind: 'user', name: 'admin', isAdmin: true };

/** Who may do what. Without users, as in an insecure server, everybody may do everything. */
export class Users {
  constructor(private readonly users: readonly ScriptedUser[] | undefined) {}

  /** Throws when the name or the password is wrong; whoever gives none is anybody. */
  identify(metadata: Metadata): Caller {
    if (this.users === undefined) return EVERYBODY_OF_AN_INSECURE_SERVER;
    const [authorization] = metadata.get('authorization');
    if (authorization === undefined) return { kind: 'anybody' };
    const encoded = String(authorization).replace(/^Basic /, '');
    const credentials = Buffer.from(encoded, 'base64').toString('utf8');
    const user = this.users.find((each) => `${each.name}:${each.password}` === credentials);
    if (user === undefined) throw rpcErrors.unauthenticated();
    return { kind: 'user', name: user.name, isAdmin: user.isAdmin };
  }
}

/** The whole log and the server's own streams are for admins, all others for every user that their access list names. */
export function mayAccess(
  caller: Caller,
  stream: string,
  operation: Operation,
  settings: StreamSettings,
): boolean {
  if (caller.kind === 'anybody') return false;
  if (caller.isAdmin) return true;
  const allowed = settings.access[operation];
  if (allowed !== undefined) return allowed.includes('$all') || allowed.includes(caller.name);
  return !stream.startsWith('$');
}
