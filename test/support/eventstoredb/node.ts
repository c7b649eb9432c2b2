import type { Metadata } from '@grpc/grpc-js';
import type { Database } from './database.js';
import type { Faults } from './faults.js';
import type { Member, Membership } from './membership.js';
import { rpcErrors } from './rpc-errors.js';
import type { Subscribers } from './subscribers.js';
import { mayAccess, type Caller, type Operation, type Users } from './users.js';

/** What the handlers of calls work with. */
export interface Node {
  readonly id: string;
  readonly database: Database;
  readonly faults: Faults;
  readonly users: Users;
  readonly membership: Membership;
  readonly subscribers: Subscribers;
  cutConnections(): void;
}

/** Lets a call in and says on whose behalf it is made, or throws what the node refuses it with. */
export function admit(node: Node, metadata: Metadata): Caller {
  const caller = node.users.identify(metadata);
  const refusal = node.faults.nextRefusal();
  if (refusal) throw refusal;
  const leader = node.membership.members().find(({ state }) => state === 'leader');
  if (!node.faults.isReady || leader === undefined) throw rpcErrors.notReady();
  if (needsLeader(metadata) && leader.id !== node.id) throw notLeader(leader);
  return caller;
}

/** Throws unless the caller may do that to the stream, `$all` being the whole log. */
export function authorize(node: Node, caller: Caller, stream: string, operation: Operation): void {
  const settings = node.database.log.settingsOf(stream);
  if (!mayAccess(caller, stream, operation, settings)) throw rpcErrors.accessDenied();
}

const needsLeader = (metadata: Metadata): boolean => metadata.get('requires-leader')[0] === 'true';

const notLeader = ({ port }: Member) => rpcErrors.notLeader('127.0.0.1', port);
