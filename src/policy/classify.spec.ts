import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { LONGEST_FINDING, MAX_FINDINGS } from './classify.js';
import { parsePolicy } from './parse-policy.js';

const POLICY = `
name: trial
levels:
  green: { category: ordinary, confidence: 0.8, reason: Nothing speaks against it. }
  amber: { category: review, confidence: 0.7, reason: Look first. }
  red: { category: prohibited, confidence: 0.9, reason: Never. }
approval:
  amber: { quorum: 2, eligible: [finance], expiresAfter: PT2H }
  categories:
    payments: { quorum: 3, expiresAfter: 30m }
blocked:
  alternative: A plan can be written instead.
  categories: { destruction: A backup can be made first. }
classes:
  verbs: [delete, wipe, get rid of]
  things: [database, $places]
  places: [home directory, =etc]
rules:
  - id: destroy
    risk: red
    category: destruction
    confidence: 0.95
    reason: This destroys data.
    match:
      - { sequence: [$verbs, $things], gap: 3 }
  - id: pay
    risk: amber
    category: payments
    reason: This costs money.
    match:
      - { words: [pay, payroll, <amount>] }
      - { near: [wire, money], within: 4 }
    unless: [how much]
  - id: aws-key
    risk: red
    reason: This is a key.
    match:
      - { pattern: '\\bakia[0-9a-z]{16}\\b' }
  - id: opening
    risk: amber
    reason: This calls somebody.
    match:
      - { words: [<start> call, exfiltrat*] }
tools:
  unknown: { risk: amber, category: unknown-tool, reason: Nobody knows this tool. }
  rules:
    - { id: reads, risk: green, category: reading, reason: It only reads., names: [sessions_list, get_*] }
    - { id: executes, risk: red, category: execution, reason: It runs commands., names: [exec, get_root*] }
`;

const policy = parsePolicy('policy.yaml', Buffer.from(POLICY));
const classify = (request: string) => policy.classify({ kind: 'chat', request });
const rulesOf = (request: string) => classify(request).findings.map(({ rule }) => rule);
const call = (tool: string, args: Record<string, unknown> = {}) =>
  policy.classify({ kind: 'tool', tool, action: 'json', args });

describe('a request that no rule matches', () => {
  it('is green, runs, and has no findings', () => {
    expect(classify('Summarise the minutes.')).toEqual({
      risk: 'green',
      category: 'ordinary',
      confidence: 0.8,
      requiresApproval: false,
      allow: true,
      reason: 'Nothing speaks against it.',
      findings: [],
      policy: { name: 'trial', digest: policy.digest },
    });
  });
});

describe('a rule', () => {
  it('decides with its risk, category and confidence and names the words', () => {
    expect(classify('Please delete the old database now')).toMatchObject({
      risk: 'red',
      category: 'destruction',
      confidence: 0.95,
      requiresApproval: false,
      allow: false,
      reason: 'This destroys data. Matched "delete the old database" (destroy).',
      findings: [{ rule: 'destroy', start: 7, end: 30, text: 'delete the old database' }],
    });
  });

  it('takes its level for what it does not say, and amber asks for approval', () => {
    const { risk, confidence, requiresApproval, allow } = classify('pay the bill');
    expect({ risk, confidence, requiresApproval, allow }).toEqual({
      risk: 'amber',
      confidence: 0.7,
      requiresApproval: true,
      allow: true,
    });
  });

  it('matches whole words in any inflection, and never a part of a word', () => {
    expect(rulesOf('She paid and is paying')).toEqual(['pay']);
    expect(rulesOf('The payload was repaid to the taxpayer')).toEqual([]);
  });

  it('matches an exact word only just so', () => {
    expect(rulesOf('wipe etc')).toEqual(['destroy']);
    expect(rulesOf('wipe etcs')).toEqual([]);
  });

  it('matches any word with a given beginning', () => {
    expect(rulesOf('data exfiltration')).toEqual(['opening']);
  });

  it('bridges as many words as its gap, and no more', () => {
    expect(rulesOf('delete one two three database')).toEqual(['destroy']);
    expect(rulesOf('delete one two three four database')).toEqual([]);
    expect(rulesOf('the database: delete')).toEqual([]);
  });

  it('matches terms of several words', () => {
    expect(rulesOf('getting rid of the home directories')).toEqual(['destroy']);
    expect(rulesOf('get the home rid of directory')).toEqual([]);
  });

  it('matches words near one another in any order', () => {
    expect(rulesOf('money by wire')).toEqual(['pay']);
    expect(rulesOf('money goes to them by wire')).toEqual([]);
  });

  it('does not count where its exception stands in or shortly before the match', () => {
    expect(rulesOf('how much did we pay')).toEqual([]);
    expect(rulesOf('how much? one two three four five six seven pay')).toEqual(['pay']);
    expect(rulesOf('pay, no matter how much')).toEqual(['pay']);
  });

  it('knows amounts and the start of a sentence', () => {
    expect(rulesOf('$500 for the vendor')).toEqual(['pay']);
    expect(rulesOf('500 for the vendor')).toEqual([]);
    expect(rulesOf('Thank you. Call Ada')).toEqual(['opening']);
    expect(rulesOf('a function call')).toEqual([]);
  });

  it('matches regular expressions in the folded text', () => {
    expect(classify('key AKIA0123456789ABCDEF!').findings).toEqual([
      { rule: 'aws-key', start: 4, end: 24, text: 'AKIA0123456789ABCDEF' },
    ]);
  });
});

describe('several rules', () => {
  it('let the gravest decide and are all reported, the gravest first', () => {
    const { risk, findings, reason } = classify('Pay them, then wipe the database');
    expect(risk).toBe('red');
    expect(findings.map(({ rule }) => rule)).toEqual(['destroy', 'pay']);
    expect(reason).toBe('This destroys data. Matched "wipe the database" (destroy).');
  });
});

const inTagCharacters = (c: string) => String.fromCodePoint(0xe0000 + c.charCodeAt(0));

describe('words that two matchers of one rule find', () => {
  it('are one finding', () => {
    const twice = parsePolicy(
      'policy.yaml',
      Buffer.from(POLICY.replace('- { words: [pay,', '- { words: [pay] }\n      - { words: [pay,')),
    );
    const { findings } = twice.classify({ kind: 'chat', request: 'pay the bill' });
    expect(findings.map(({ text }) => text)).toEqual(['pay']);
  });
});

describe('a disguised request', () => {
  it.each([
    ['look-alikes', 'dеlеtе the dаtаbаsе'],
    ['full-width letters', 'ｄｅｌｅｔｅ the ｄａｔａｂａｓｅ'],
    ['zero-width characters', 'del\u200bete the data\u2060base'],
    ['diacritics', 'délête the dátàbäse'],
    ['letters one by one', 'd-e-l-e-t-e the d.a.t.a.b.a.s.e'],
    ['a split word', 'de-lete the data_base'],
    ['digits for letters', 'd3l3t3 the d4t4b4s3'],
    ['an emoji in a word', 'del😀ete the database'],
  ])('is recognised behind %s', (_, request) => {
    expect(rulesOf(request)).toEqual(['destroy']);
    expect(classify(request).findings[0]).toMatchObject({ start: 0, text: request });
  });

  it('is quoted as it was written, neither more nor less', () => {
    const request = '¡Söfort: 𝐰𝐢𝐩𝐞 the ｄata\u200bbaśe\u200b, pleäse!';
    expect(classify(request).findings.map(({ text }) => text)).toEqual([
      '𝐰𝐢𝐩𝐞 the ｄata\u200bbaśe',
    ]);
  });

  it('is recognised in text that only a machine sees', () => {
    const hidden = Array.from('wipe the database', inTagCharacters);
    expect(rulesOf(`Hello!${hidden.join('')} Bye.`)).toEqual(['destroy']);
  });

  it('does not fall together from a visible and a hidden half', () => {
    const hidden = Array.from('database', inTagCharacters);
    expect(rulesOf(`${hidden.join('')} how to wipe`)).toEqual([]);
  });
});

describe('a tool call', () => {
  it('is judged by the rule that names the tool', () => {
    expect(call('sessions_list')).toMatchObject({
      risk: 'green',
      category: 'reading',
      reason: 'It only reads. Matched "sessions_list" (reads).',
      findings: [{ rule: 'reads', start: 0, end: 13, text: 'sessions_list' }],
    });
    expect(call('EXEC').risk).toBe('red');
  });

  it('is judged by the longest beginning that fits', () => {
    expect(call('get_time').risk).toBe('green');
    expect(call('get_root_shell').risk).toBe('red');
  });

  it('waits for a person when no rule names the tool', () => {
    expect(call('frobnicate')).toMatchObject({
      risk: 'amber',
      category: 'unknown-tool',
      findings: [{ rule: 'unknown-tool', text: 'frobnicate' }],
    });
  });

  it('is as grave as the gravest of its tool and its arguments', () => {
    const { risk, category, findings } = call('sessions_list', {
      filter: ['x', { note: 'wipe the database' }],
    });
    expect({ risk, category }).toEqual({ risk: 'red', category: 'destruction' });
    expect(findings).toEqual([
      { rule: 'destroy', start: 21, end: 38, text: 'wipe the database' },
      { rule: 'reads', start: 0, end: 13, text: 'sessions_list' },
    ]);
  });
});

describe('what follows from a classification', () => {
  it('is the approval terms of its category, or else those of amber', () => {
    expect(policy.approvalTerms(classify('pay'))).toMatchObject({
      quorum: 3,
      eligible: [],
      expiresAfter: 1_800_000,
    });
    expect(policy.approvalTerms(classify('call Ada'))).toMatchObject({
      quorum: 2,
      eligible: ['finance'],
      expiresAfter: 7_200_000,
    });
  });

  it('is the alternative of its category, or else the general one', () => {
    expect(policy.alternativeTo(classify('wipe the database'))).toBe('A backup can be made first.');
    expect(policy.alternativeTo(call('exec'))).toBe('A plan can be written instead.');
    expect(policy.alternativeTo({ ...classify('hi'), category: 'constructor' })).toBe(
      'A plan can be written instead.',
    );
  });
});

const unit = fc.oneof(
  fc.constantFrom(
    'delete ',
    'database ',
    'pay ',
    '$5 ',
    'how much ',
    '\u200b',
    '\u0301',
    '-',
    '\ud800',
    'е',
  ),
  fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
  fc.string({ unit: 'binary' }),
);
const anyText = fc.array(unit, { maxLength: 60 }).map((parts) => parts.join(''));

describe('any text, lone surrogates and all,', () => {
  it('is classified, the same every time, with findings that quote it exactly', () => {
    fc.assert(
      fc.property(anyText, (request) => {
        const classification = classify(request);
        expect(classify(request)).toEqual(classification);
        for (const { start, end, text } of classification.findings) {
          expect(text).toBe(request.slice(start, end));
          expect(text).not.toBe('');
        }
      }),
      { numRuns: 500 },
    );
  });

  it('gets a bounded number of findings of bounded length', () => {
    const endless = `wipe ${'\u200b'.repeat(5000)} database `;
    const { findings, reason } = classify(
      endless.repeat(200) + 'pay wire money call. '.repeat(100),
    );
    expect(findings.length).toBeLessThanOrEqual(MAX_FINDINGS);
    for (const { text } of findings) expect(text.length).toBeLessThanOrEqual(LONGEST_FINDING);
    expect(reason.length).toBeLessThan(400);
  });
});
