/** One row a request that may still need people: its trace, and what the queue is ordered and filtered by. */
export interface ApprovalQueueTable {
  id: string;
  /** Null until it waits. */
  requested_at: string | null;
  /** When approvers are reminded next; null: never. */
  reminds_at: string | null;
  /** When it is escalated; null: never, or it was. */
  escalates_at: string | null;
  /** When nobody can decide it any more; null until it waits. */
  expires_at: string | null;
  /** The earliest of these three. */
  due_at: string | null;
  requester: string;
  on_behalf_of: string | null;
  /** The trace as JSON. */
  trace: string;
}
