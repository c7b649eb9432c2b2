import type { ServerTls } from './endpoint.js';
import { Users, type ScriptedUser } from './users.js';

const DEFAULT_USERS: readonly ScriptedUser[] = [
  { name: 'admin', password: 'changeit', isAdmin: true },
];

/** How a scripted server is set up; without TLS it asks nobody who he is. */
export interface ScriptedServerOptions {
  readonly tls?: ServerTls;
  /** Who is let in; with TLS, `admin` with the password `changeit` unless others are named. */
  readonly users?: readonly ScriptedUser[];
}

/** What becomes of appends that a killed server had received and not answered. */
export interface KillOptions {
  /** How many of the appends that are held are still written, in order of arrival; none, unless said. */
  readonly committed?: number;
}

export function usersOf({ tls, users }: ScriptedServerOptions): Users {
  if (users && !tls) throw new Error('Clients tell nobody who they are without TLS.');
  return new Users(tls && (users ?? DEFAULT_USERS));
}
