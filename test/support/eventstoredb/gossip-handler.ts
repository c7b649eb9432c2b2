import type { sendUnaryData } from '@grpc/grpc-js';
import gossipPb from '@eventstore/db-client/generated/gossip_pb.js';
import type * as gossip from '@eventstore/db-client/generated/gossip_pb.js';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import type { Member, Membership, NodeState } from './membership.js';
import { rpcErrors } from './rpc-errors.js';

const { LEADER, FOLLOWER, UNKNOWN } = gossipPb.MemberInfo.VNodeState;
const states: Readonly<Record<NodeState, gossip.MemberInfo.VNodeState>> = {
  leader: LEADER,
  follower: FOLLOWER,
  unknown: UNKNOWN,
};

/** The `Gossip.Read` call, by which clients find the nodes of a cluster. */
export function handleGossip(
  membership: Membership,
  answer: sendUnaryData<gossip.ClusterInfo>,
): void {
  if (!membership.tellsMembers()) return answer(rpcErrors.notReady());
  const members = membership.members().map(memberInfo);
  answer(null, new gossipPb.ClusterInfo().setMembersList(members));
}

const memberInfo = ({ id, port, state, isAlive }: Member): gossip.MemberInfo =>
  new gossipPb.MemberInfo()
    .setInstanceId(new sharedPb.UUID().setString(id))
    .setTimeStamp(String(Date.now()))
    .setState(states[state])
    .setIsAlive(isAlive)
    .setHttpEndPoint(new gossipPb.EndPoint().setAddress('127.0.0.1').setPort(port));
