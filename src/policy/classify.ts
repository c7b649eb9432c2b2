import type { Classification, Finding, PolicyReference, Risk, Subject } from './classification.js';
import type { CompiledRules } from './compile-rules.js';
import { findMatches } from './find-matches.js';
import type { LevelEntries } from './policy-file.schema.js';
import { subjectText } from './subject-text.js';
import type { ToolJudgement } from './tool-rules.js';

/** At most so many findings, the gravest first. */
export const MAX_FINDINGS = 20;

/** A finding's text is cut (and its `end` with it) after so many UTF-16 code units. */
export const LONGEST_FINDING = 1000;

/** A rule's say on a request. */
export interface Judgement {
  readonly rule: string;
  readonly risk: Risk;
  readonly category: string;
  readonly confidence: number;
  readonly reason: string;
}

export interface Classifier {
  readonly reference: PolicyReference;
  readonly levels: LevelEntries;
  readonly rules: CompiledRules;
  /** By the rule's place in the file. */
  readonly judgements: readonly Judgement[];
  readonly toolRule: (tool: string) => ToolJudgement;
}

interface JudgedFinding {
  readonly judgement: Judgement;
  readonly finding: Finding;
}

/**
 * Classifies a request: the gravest of the rules that match decides, among equals the one that stands first in the
 * policy file; a tool's own rule comes before those on its text. What no rule matches is green.
 */
export function classify(classifier: Classifier, subject: Subject): Classification {
  const text = subjectText(subject);
  const found = [...toolFindings(classifier, subject), ...textFindings(classifier, text)].toSorted(
    (a, b) => GRAVITY[b.judgement.risk] - GRAVITY[a.judgement.risk],
  );
  const decisive = found[0]?.judgement ?? unmatched(classifier.levels);
  return {
    risk: decisive.risk,
    category: decisive.category,
    confidence: decisive.confidence,
    requiresApproval: decisive.risk === 'amber',
    allow: decisive.risk !== 'red',
    reason: reasonFor(decisive, found),
    findings: found.slice(0, MAX_FINDINGS).map(({ finding }) => finding),
    policy: classifier.reference,
  };
}

const GRAVITY: Readonly<Record<Risk, number>> = { green: 0, amber: 1, red: 2 };

function unmatched({ green }: LevelEntries): Judgement {
  return { rule: '', risk: 'green', ...green };
}

function textFindings({ rules, judgements }: Classifier, text: string): JudgedFinding[] {
  const matches = findMatches(rules, text);
  const found: JudgedFinding[] = [];
  for (const { rule, start, end } of matches.toSorted(
    (a, b) => a.rule - b.rule || a.start - b.start,
  )) {
    const judgement = judgements[rule];
    if (judgement !== undefined) {
      found.push({ judgement, finding: findingAt(judgement.rule, text, start, end) });
    }
  }
  return found;
}

function toolFindings({ toolRule, levels }: Classifier, subject: Subject): JudgedFinding[] {
  if (subject.kind !== 'tool') return [];
  const { id, judgement } = toolRule(subject.tool);
  return [
    {
      judgement: withDefaults(id, judgement, levels),
      finding: findingAt(id, subject.tool, 0, subject.tool.length),
    },
  ];
}

/** A rule's own category and confidence, or else those of its level. */
export function withDefaults(
  rule: string,
  { risk, category, confidence, reason }: ToolJudgement['judgement'],
  levels: LevelEntries,
): Judgement {
  const level = levels[risk];
  return {
    rule,
    risk,
    category: category ?? level.category,
    confidence: confidence ?? level.confidence,
    reason,
  };
}

function findingAt(rule: string, text: string, start: number, end: number): Finding {
  const cut = end - start > LONGEST_FINDING ? wholeCharacters(text, start + LONGEST_FINDING) : end;
  return { rule, start, end: cut, text: text.slice(start, cut) };
}

/** One less where the cut would fall into a surrogate pair. */
function wholeCharacters(text: string, end: number): number {
  return (text.codePointAt(end - 1) ?? 0) > 0xffff ? end - 1 : end;
}

/** Longer quotations are cut: the findings have them in full. */
const LONGEST_QUOTATION = 80;
const RULES_NAMED = 3;

/** `<the decisive rule's reason> Matched "…" (rule), "…" (rule).` */
function reasonFor(decisive: Judgement, found: readonly JudgedFinding[]): string {
  const named = new Map<string, string>();
  for (const { judgement, finding } of found) {
    if (judgement.risk !== decisive.risk || named.size === RULES_NAMED) break;
    if (!named.has(finding.rule))
      named.set(finding.rule, `"${quote(finding.text)}" (${finding.rule})`);
  }
  if (named.size === 0) return decisive.reason;
  return `${decisive.reason} Matched ${[...named.values()].join(', ')}.`;
}

function quote(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length <= LONGEST_QUOTATION
    ? line
    : `${line.slice(0, wholeCharacters(line, LONGEST_QUOTATION))}…`;
}
