import { z } from 'zod';
import { approvalEntry } from './approval-entry.schema.js';

/** The shape of `policy.yaml`. Every object is strict: a misspelt field is an error and not a rule that never fires. */

const text = z.string().trim().min(1, 'must not be empty');
const risk = z.enum(['green', 'amber', 'red']);
const id = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,63}$/,
    'must be lower-case words with hyphens, such as "wire-transfer"',
  );
/** `data-exfiltration`, or the tutorial's `high_impact`. */
const category = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,63}$/, 'must be lower-case words with hyphens or underscores');
const confidence = z.number().min(0).max(1);

/** One term, or several that mean the same to the rule. `$name` stands for a class. */
const alternatives = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z
    .array(z.string('must be a term, in quotes when it is a number, true or false').trim().min(1))
    .min(1),
);

const level = z.strictObject({ category, confidence, reason: text });

/** What a rule looks for: exactly one of `words`, `sequence`, `near`, `pattern`. */
const matcher = z
  .strictObject({
    /** Any of these terms. */
    words: alternatives.optional(),
    /** These, in this order, with at most `gap` words between two. */
    sequence: z.array(alternatives).min(2).max(6).optional(),
    gap: z.int().min(0).max(40).optional(),
    /** These, in any order, all within `within` words. */
    near: z.array(alternatives).min(2).max(6).optional(),
    within: z.int().min(2).max(80).optional(),
    /** A regular expression (RE2 syntax) over the folded text: lower case, no marks. */
    pattern: text.optional(),
  })
  .superRefine((value, context) => {
    const kinds = (['words', 'sequence', 'near', 'pattern'] as const).filter(
      (k) => value[k] !== undefined,
    );
    if (kinds.length !== 1) {
      context.addIssue({
        code: 'custom',
        message: 'needs exactly one of words, sequence, near, pattern',
      });
    }
    if (value.gap !== undefined && value.sequence === undefined) {
      context.addIssue({ code: 'custom', path: ['gap'], message: 'belongs to a sequence only' });
    }
    if (value.within !== undefined && value.near === undefined) {
      context.addIssue({ code: 'custom', path: ['within'], message: 'belongs to near only' });
    }
  });

/** What a rule, of text or of tools, makes of a request; category and confidence default to its level's. */
const judgement = {
  risk,
  category: category.optional(),
  confidence: confidence.optional(),
  reason: text,
};

const rule = z.strictObject({
  id,
  ...judgement,
  /** It is enough that one of them matches. */
  match: z.array(matcher).min(1, 'must not be empty'),
  /** A match does not count when one of these stands in it or up to six words before it. */
  unless: alternatives.optional(),
});

const toolName = z
  .string()
  .regex(/^[^*\s]+\*?$/, 'must be a tool name, or the beginning of one and a *');

const toolRule = z.strictObject({
  id,
  ...judgement,
  names: z.array(toolName).min(1, 'must not be empty'),
});

export const policyFileSchema = z.strictObject({
  name: id,
  description: text.optional(),
  /** What each level is called, how sure it is, and why; `green` is what no rule matched. */
  levels: z.strictObject({ green: level, amber: level, red: level }),
  approval: z.strictObject({
    amber: approvalEntry,
    /** Other terms for the amber requests of a category. */
    categories: z.record(category, approvalEntry).default({}),
  }),
  blocked: z.strictObject({
    /** Offered to the requester instead of what was blocked. */
    alternative: text,
    categories: z.record(category, text).default({}),
  }),
  classes: z.record(id, z.array(text).min(1, 'must not be empty')).default({}),
  rules: z.array(rule).min(1, 'must hold at least one rule'),
  tools: z.strictObject({
    /** A tool that no rule names. */
    unknown: z.strictObject(judgement),
    rules: z.array(toolRule).default([]),
  }),
});

export type PolicyFile = z.infer<typeof policyFileSchema>;
export type RuleEntry = PolicyFile['rules'][number];
export type MatcherEntry = RuleEntry['match'][number];
export type ToolRuleEntry = PolicyFile['tools']['rules'][number];
export type LevelEntries = PolicyFile['levels'];
