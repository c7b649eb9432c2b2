/** What a node is in its cluster; without a leader all of them are `unknown`. */
export type NodeState = 'leader' | 'follower' | 'unknown';

/** A node as its cluster sees it. */
export interface Member {
  readonly id: string;
  readonly port: number;
  readonly state: NodeState;
  readonly isAlive: boolean;
}

/** What a node knows of the cluster that it is part of. */
export interface Membership {
  /** Whether nodes tell clients who is who. */
  tellsMembers(): boolean;
  members(): readonly Member[];
}
