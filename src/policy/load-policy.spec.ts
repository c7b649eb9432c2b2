import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadPolicy } from './load-policy.js';
import { PolicyInvalid } from './policy-invalid.js';

const VALID = `name: trial
levels:
  green: { category: ordinary, confidence: 0.8, reason: Fine. }
  amber: { category: review, confidence: 0.7, reason: Look. }
  red: { category: prohibited, confidence: 0.9, reason: Never. }
approval:
  amber: { quorum: 1, expiresAfter: 24h }
blocked:
  alternative: A plan.
classes:
  verbs: [delete, wipe]
rules:
  - id: destroy
    risk: red
    reason: Destroys.
    match:
      - sequence: [$verbs, database]
  - id: pay
    risk: amber
    reason: Pays.
    match:
      - words: [pay, payroll]
tools:
  unknown: { risk: amber, reason: Unknown. }
  rules:
    - { id: lists, risk: green, reason: Lists., names: [sessions_list] }
`;

let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'docket-policy-'));
});

afterEach(() => rm(directory, { recursive: true }));

async function load(text: string | Uint8Array) {
  await writeFile(join(directory, 'policy.yaml'), text);
  return loadPolicy(directory);
}

/** Loads a policy that must be turned down, and gives the error. */
async function refused(loading: Promise<unknown>): Promise<PolicyInvalid> {
  const error: unknown = await loading.then(
    () => new Error('The policy was accepted.'),
    (reason: unknown) => reason,
  );
  if (error instanceof PolicyInvalid) return error;
  throw error;
}

const edited = (from: string, to: string) => {
  expect(VALID).toContain(from);
  return VALID.replace(from, to);
};

/** The policy with these approval terms, which stand from line 8 on. */
const withTerms = (terms: string) =>
  edited(
    '  amber: { quorum: 1, expiresAfter: 24h }',
    `  amber:\n${terms.replaceAll(/^/gm, '    ')}`,
  );

const WRONG_TERMS = [
  [
    'more of a group than the quorum',
    'quorum: 2\nexpiresAfter: 1d\natLeast:\n  - { group: finance, count: 3 }',
    ':11: ',
    'asks for 3 of "finance" where the quorum is 2',
  ],
  [
    'a group that is counted twice',
    'quorum: 2\nexpiresAfter: 1d\natLeast:\n  - { group: finance, count: 1 }\n  - { group: finance, count: 2 }',
    ':12: ',
    'names "finance" again',
  ],
  [
    'none of a group',
    'quorum: 2\nexpiresAfter: 1d\natLeast:\n  - { group: finance, count: 0 }',
    ':11: ',
    'count',
  ],
  [
    'an escalation that never comes',
    'quorum: 1\neligible: [finance]\nexpiresAfter: 1h\nescalation:\n  after: 60m\n  to: [board]',
    ':12: ',
    'shorter than expiresAfter',
  ],
  [
    'an escalation from everybody',
    'quorum: 1\nexpiresAfter: 1h\nescalation:\n  after: 30m\n  to: [board]',
    ':12: ',
    'without eligible every approver may',
  ],
  [
    'an escalation to those who may decide already',
    'quorum: 1\neligible: [board, finance]\nexpiresAfter: 1h\nescalation:\n  after: 30m\n  to: [board]',
    ':13: ',
    'is not eligible yet',
  ],
  [
    'an escalation to nobody',
    'quorum: 1\neligible: [finance]\nexpiresAfter: 1h\nescalation:\n  after: 30m\n  to: []',
    ':13: ',
    'must name a group',
  ],
  [
    'a reminder behind the expiry',
    'quorum: 1\nexpiresAfter: 1h\nreminders:\n  - 30m\n  - 60m',
    ':12: ',
    'shorter than expiresAfter',
  ],
  [
    'reminders in disorder',
    'quorum: 1\nexpiresAfter: 1h\nreminders:\n  - 30m\n  - 20m',
    ':12: ',
    'longer than the one before',
  ],
  ['an unknown term', 'quorum: 1\nexpiresAfter: 1h\nhumans: true', ':10: ', 'humans'],
] as const;

describe('loading a policy', () => {
  it('takes its name from the file and its digest from the bytes', async () => {
    const policy = await load(VALID);
    expect(policy.name).toBe('trial');
    expect(policy.digest).toBe(createHash('sha256').update(VALID).digest('hex'));
  });

  it('gives a policy that nobody can change', async () => {
    const policy = await load(VALID);
    expect(Object.isFrozen(policy)).toBe(true);
    await load(edited('name: trial', 'name: other'));
    expect(policy.classify({ kind: 'chat', request: 'hi' }).policy.name).toBe('trial');
  });
});

describe('a policy that cannot be read', () => {
  it('is refused where there is no file', async () => {
    const { code, message } = await refused(loadPolicy(directory));
    expect(code).toBe('unreadable');
    expect(message).toBe(
      `${join(directory, 'policy.yaml')}: there is no such file; put a policy.yaml there or name another policy directory`,
    );
  });

  it('is refused where the file is a directory', async () => {
    await mkdir(join(directory, 'policy.yaml'));
    const { code, message } = await refused(loadPolicy(directory));
    expect(code).toBe('unreadable');
    expect(message).toContain('EISDIR');
  });

  it('is refused where the file is enormous', async () => {
    const { code } = await refused(load(`${VALID}# ${'x'.repeat(1_048_576)}`));
    expect(code).toBe('unreadable');
  });
});

describe('the terms of an approval', () => {
  const amber = { kind: 'chat', request: 'pay them' } as const;

  it('are a number, a time and nobody in particular where the policy says no more', async () => {
    const policy = await load(VALID);
    expect(policy.approvalTerms(policy.classify(amber))).toEqual({
      quorum: 1,
      eligible: [],
      atLeast: [],
      human: false,
      expiresAfter: 86_400_000,
      escalation: null,
      reminders: [],
    });
  });

  it('are all that the policy says, also of more people than the quorum has places for', async () => {
    const policy = await load(
      withTerms(
        `quorum: 2
eligible: [finance, legal]
atLeast: [{ group: finance, count: 2 }, { group: legal, count: 1 }]
human: true
expiresAfter: 2d
escalation: { after: 1d, to: [board] }
reminders: [4h, P1DT12H]`,
      ),
    );
    expect(policy.approvalTerms(policy.classify(amber))).toEqual({
      quorum: 2,
      eligible: ['finance', 'legal'],
      atLeast: [
        { group: 'finance', count: 2 },
        { group: 'legal', count: 1 },
      ],
      human: true,
      expiresAfter: 172_800_000,
      escalation: { after: 86_400_000, to: ['board'] },
      reminders: [14_400_000, 129_600_000],
    });
  });
});

describe('a policy with a mistake', () => {
  it.each([
    ['an empty file', '', ':1: ', 'the file'],
    ['a tab for indentation', edited('  green:', '\tgreen:'), ':3: ', 'not valid YAML'],
    [
      'a key that stands twice',
      edited('name: trial', 'name: trial\nname: again'),
      ':2: ',
      'unique',
    ],
    ['an unknown field', edited('    risk: red', '    riks: red'), ':14: rule "destroy": ', 'riks'],
    [
      'a field too many',
      edited('name: trial', 'name: trial\nnmae: x'),
      ':2: ',
      'is no known field',
    ],
    [
      'an unknown risk',
      edited('    risk: amber', '    risk: orange'),
      ':19: rule "pay": ',
      'amber',
    ],
    [
      'no rules',
      edited(VALID.slice(VALID.indexOf('rules:'), VALID.indexOf('tools:')), 'rules: []\n'),
      ':12: ',
      'at least one rule',
    ],
    [
      'a rule without a matcher',
      edited('- words: [pay, payroll]', '- gap: 2'),
      ':22: rule "pay": ',
      'exactly one of',
    ],
    [
      'a gap that belongs to nothing',
      edited('- words: [pay, payroll]', '- { words: pay, gap: 2 }'),
      ':22: rule "pay": ',
      'gap',
    ],
    ['a term that is no text', edited('payroll]', '401]'), ':22: rule "pay": ', 'in quotes'],
    [
      'an id that stands twice',
      edited('id: pay', 'id: destroy'),
      ':18: rule "destroy": ',
      'already taken',
    ],
    [
      'a tool rule with the id of another rule',
      edited('id: lists', 'id: pay'),
      ':26: rule "pay": ',
      'already taken',
    ],
    [
      'a class that is not there',
      edited('$verbs, database', '$verb, database'),
      ':17: rule "destroy": ',
      'no class "verb"',
    ],
    [
      'a class within itself',
      edited('[delete, wipe]', '[delete, $verbs]'),
      ':11: ',
      'contains itself',
    ],
    ['a term without a word', edited('[pay, payroll]', '[pay, "--"]'), ':22: rule "pay": ', '"--"'],
    [
      'a beginning too short',
      edited('[pay, payroll]', '[pay, pa*]'),
      ':22: rule "pay": ',
      '4 letters',
    ],
    ['an unknown built-in', edited('[pay, payroll]', '[<end>]'), ':22: rule "pay": ', '<start>'],
    [
      'a broken pattern',
      edited('words: [pay, payroll]', "pattern: '(a'"),
      ':22: rule "pay": ',
      'no RE2 expression',
    ],
    [
      'a backreference',
      edited('words: [pay, payroll]', "pattern: '(a)\\1'"),
      ':22: rule "pay": ',
      'no RE2 expression',
    ],
    [
      'a pattern for anything',
      edited('words: [pay, payroll]', "pattern: 'a*'"),
      ':22: rule "pay": ',
      'the empty text',
    ],
    [
      'a confidence over 1',
      edited('confidence: 0.8', 'confidence: 80'),
      ':3: ',
      'levels.green.confidence',
    ],
    ['a duration that is none', edited('24h', 'tomorrow'), ':7: ', 'such as 24h'],
    ...WRONG_TERMS.map(
      ([what, terms, line, word]) => [what, withTerms(terms), line, word] as const,
    ),
    ['a quorum of nobody', edited('quorum: 1', 'quorum: 0'), ':7: ', 'approval.amber.quorum'],
    [
      'a tool name with a star within',
      edited('sessions_list', '"a*b"'),
      ':26: rule "lists": ',
      'tool name',
    ],
    [
      'an alternative for no category',
      edited('A plan.', 'A plan.\n  categories: { paiments: x }'),
      ':10: ',
      '"paiments"',
    ],
  ])('is refused for %s, in one line with its place', async (_, text, place, problem) => {
    const { message } = await refused(load(text));
    expect(message).toContain(`${join(directory, 'policy.yaml')}${place}`);
    expect(message).toContain(problem);
    expect(message).not.toContain('\n');
  });

  it('is refused for aliases that would blow it up', async () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 9; level++) {
      const before = String.fromCharCode(96 + level);
      const name = String.fromCharCode(97 + level);
      bomb.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(', ')}]`);
    }
    const { code } = await refused(load(bomb.join('\n')));
    expect(code).toBe('not-yaml');
  });
});

describe('a shipped policy', () => {
  it.each(['default', 'tutorial'])('%s has the name of its directory', async (name) => {
    const policy = await loadPolicy(join('policies', name));
    const bytes = await readFile(join('policies', name, 'policy.yaml'));
    expect(policy.name).toBe(name);
    expect(policy.digest).toBe(createHash('sha256').update(bytes).digest('hex'));
  });
});
