import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { PolicyReference } from './classification.js';
import { classify, withDefaults } from './classify.js';
import type { Classifier } from './classify.js';
import { compileRules } from './compile-rules.js';
import { policyFileSchema } from './policy-file.schema.js';
import type { PolicyFile } from './policy-file.schema.js';
import { parsePolicySource } from './policy-source.js';
import type { PolicySource } from './policy-source.js';
import type { Policy } from './policy.js';
import { UNKNOWN_TOOL, compileToolRules } from './tool-rules.js';

/**
 * Makes a policy of the bytes of its file; `file` is how messages name it. The policy never changes afterwards. Its
 * digest is the SHA-256 of the bytes. Throws `PolicyInvalid`.
 */
export function parsePolicy(file: string, bytes: Uint8Array): Policy {
  const source = parsePolicySource(file, Buffer.from(bytes).toString('utf8'));
  const entries = checkShape(source);
  checkIds(entries, source);
  checkCategories(entries, source);
  const digest = createHash('sha256').update(bytes).digest('hex');
  return policyOf(entries, classifierOf(entries, { name: entries.name, digest }, source));
}

function checkShape(source: PolicySource): PolicyFile {
  const checked = policyFileSchema.safeParse(source.value);
  if (checked.success) return checked.data;
  const { issues } = checked.error;
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  const path = [
    ...(issue?.path ?? []),
    ...(issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []),
  ];
  throw source.invalid('wrong-shape', path, `${path.join('.') || 'the file'} ${problemOf(issue)}`);
}

function problemOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'is wrong';
  if (issue.code === 'unrecognized_keys') return 'is no known field; remove it or correct its name';
  if (issue.code === 'custom' || !/^(?:Invalid|Too|Unrecognized)/.test(issue.message))
    return issue.message;
  return `is wrong: ${issue.message}`;
}

/** Findings name rules by their ids, so no two rules, of text or of tools, may share one. */
function checkIds({ rules, tools }: PolicyFile, source: PolicySource): void {
  const seen = new Set([UNKNOWN_TOOL]);
  const check = (id: string, path: readonly PropertyKey[]) => {
    if (seen.has(id)) {
      throw source.invalid(
        'wrong-rule',
        path,
        `the id "${id}" is already taken; give the rule one of its own`,
      );
    }
    seen.add(id);
  };
  for (const [index, { id }] of rules.entries()) check(id, ['rules', index, 'id']);
  for (const [index, { id }] of tools.rules.entries()) check(id, ['tools', 'rules', index, 'id']);
}

/** Terms for a category that no rule gives would never apply. */
function checkCategories(
  { rules, tools, levels, approval, blocked }: PolicyFile,
  source: PolicySource,
): void {
  const judgements = [...rules, ...tools.rules, tools.unknown, ...Object.values(levels)];
  const given = new Set(judgements.map(({ category }) => category));
  for (const [section, { categories }] of Object.entries({ approval, blocked })) {
    const unused = Object.keys(categories).find((category) => !given.has(category));
    if (unused === undefined) continue;
    const problem = `no rule has the category "${unused}"; correct its name or remove it`;
    throw source.invalid('wrong-shape', [section, 'categories', unused], problem);
  }
}

function classifierOf(
  file: PolicyFile,
  reference: PolicyReference,
  source: PolicySource,
): Classifier {
  return {
    reference: Object.freeze(reference),
    levels: file.levels,
    rules: compileRules(file, source),
    judgements: file.rules.map((rule) => withDefaults(rule.id, rule, file.levels)),
    toolRule: compileToolRules(file.tools),
  };
}

function policyOf({ approval, blocked }: PolicyFile, classifier: Classifier): Policy {
  return Object.freeze<Policy>({
    ...classifier.reference,
    classify: (subject) => classify(classifier, subject),
    approvalTerms: ({ category }) => own(approval.categories, category) ?? approval.amber,
    alternativeTo: ({ category }) => own(blocked.categories, category) ?? blocked.alternative,
  });
}

function own<T>(entries: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(entries, key) ? entries[key] : undefined;
}
