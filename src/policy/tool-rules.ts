import type { PolicyFile, ToolRuleEntry } from './policy-file.schema.js';

type ToolsEntry = PolicyFile['tools'];

/** Which entry of the policy speaks of a tool. */
export interface ToolJudgement {
  /** The rule's id; `unknown-tool` when no rule names the tool. */
  readonly id: string;
  readonly judgement: Omit<ToolRuleEntry, 'id' | 'names'>;
}

/** The id that stands in findings for a tool which no rule names. */
export const UNKNOWN_TOOL = 'unknown-tool';

/**
 * Finds the rule for a tool: the one with its exact name, else the one with the longest beginning of it, else the
 * policy's default. Names are compared without regard to case.
 */
export function compileToolRules(tools: ToolsEntry): (tool: string) => ToolJudgement {
  const exact = new Map<string, ToolJudgement>();
  const beginnings: { readonly beginning: string; readonly rule: ToolJudgement }[] = [];
  for (const { id, names, ...judgement } of tools.rules) {
    for (const name of names.map((written) => written.toLowerCase())) {
      if (name.endsWith('*'))
        beginnings.push({ beginning: name.slice(0, -1), rule: { id, judgement } });
      else exact.set(name, { id, judgement });
    }
  }
  const longestFirst = beginnings.toSorted((a, b) => b.beginning.length - a.beginning.length);
  const unknown: ToolJudgement = { id: UNKNOWN_TOOL, judgement: tools.unknown };
  return (tool) => {
    const name = tool.toLowerCase();
    const begun = () => longestFirst.find(({ beginning }) => name.startsWith(beginning))?.rule;
    return exact.get(name) ?? begun() ?? unknown;
  };
}
