/** `green` runs, `amber` waits for a person, `red` never runs. */
export type Risk = 'green' | 'amber' | 'red';

/** One place in the request that a rule matched. */
export interface Finding {
  /** The rule's id in the policy file. */
  readonly rule: string;
  /** Offsets into the classified text in UTF-16 code units; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** The very words, as the requester wrote them. */
  readonly text: string;
}

/** Which rules decided: the policy's name and the SHA-256 of its files, in lower-case hex. */
export interface PolicyReference {
  readonly name: string;
  readonly digest: string;
}

/** What a policy says of one request. */
export interface Classification {
  readonly risk: Risk;
  /** The policy's own word, e.g. `data-exfiltration`; with the tutorial's policy `high_impact`. */
  readonly category: string;
  /** 0 to 1. */
  readonly confidence: number;
  readonly requiresApproval: boolean;
  readonly allow: boolean;
  /** A sentence a person can read. */
  readonly reason: string;
  readonly findings: readonly Finding[];
  readonly policy: PolicyReference;
}

/** Who may approve an amber request, and how long it waits. */
export interface ApprovalTerms {
  /** Distinct approvers needed, 1 or more. */
  readonly quorum: number;
  /** Groups whose members may decide; empty: every approver. */
  readonly eligible: readonly string[];
  /** Of those who approve, so many at least from each of these groups; each group stands here once. */
  readonly atLeast: readonly GroupCount[];
  /** Whether only people may decide, no machines. */
  readonly human: boolean;
  /** Milliseconds after which the request can no longer be approved. */
  readonly expiresAfter: number;
  /** Groups whose members may decide as well after so many milliseconds; null: nobody ever. */
  readonly escalation: { readonly after: number; readonly to: readonly string[] } | null;
  /** Milliseconds after which approvers are reminded, ascending, all less than `expiresAfter`. */
  readonly reminders: readonly number[];
}

/** So many people of a group. */
export interface GroupCount {
  readonly group: string;
  /** 1 or more. */
  readonly count: number;
}

/** What is classified. */
export type Subject =
  | { readonly kind: 'chat'; readonly request: string }
  | {
      readonly kind: 'tool';
      readonly tool: string;
      readonly action: string;
      readonly args: Readonly<Record<string, unknown>>;
    };
