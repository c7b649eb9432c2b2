/** One row a governed request: its trace, and what lists filter by. */
export interface RequestTraceTable {
  id: string;
  submitted_at: string;
  status: string;
  risk: string | null;
  category: string | null;
  requester: string;
  on_behalf_of: string | null;
  agent: string;
  tool: string | null;
  /** Name of the policy that classified it. */
  policy: string | null;
  /** Lower case. */
  search_text: string;
  /** The trace as JSON. */
  trace: string;
}
