import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConfigurationError } from '../../runtime/configuration.error.js';
import { NOTICE_TYPES } from '../notice-type.js';
import { parseAllowedTargets } from '../targets/allowed-targets.js';
import { TargetGuard } from '../targets/target-guard.js';
import { loadEndpoints } from './load-endpoints.js';

const secretOf = (bytes: number) => `whsec_${randomBytes(bytes).toString('base64')}`;

const SECRET = secretOf(32);
const ALNUM = `whsec_${'A'.repeat(44)}`;
const OLDER = secretOf(24);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'docket-webhooks-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function load(text: string, env: NodeJS.ProcessEnv = {}) {
  const file = join(folder, 'webhooks.yaml');
  writeFileSync(file, text);
  return loadEndpoints(file, new TargetGuard(parseAllowedTargets(['127.0.0.1'])), env);
}

/** The one line that a file is refused with. */
function refusal(text: string, env?: NodeJS.ProcessEnv): string {
  try {
    load(text, env);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  throw new Error('It was taken.');
}

const endpoint = (fields: string, id = 'chat'): string =>
  `endpoints:\n  - id: ${id}\n    url: https://hooks.example.com/T0/private-path\n${fields
    .split('\n')
    .map((line) => `    ${line}\n`)
    .join('')}`;

describe('The file of the webhooks', () => {
  it('names endpoints, which get everything unless it says otherwise', () => {
    expect(load(endpoint(`secrets: [${SECRET}]`))).toEqual([
      {
        id: 'chat',
        url: new URL('https://hooks.example.com/T0/private-path'),
        secrets: [SECRET],
        events: NOTICE_TYPES,
        risks: null,
        groups: null,
      },
    ]);
  });

  it('says what each endpoint is told of', () => {
    const fields = `secrets: [${SECRET}]\nevents: [approval.requested]\nrisks: [amber]\ngroups: [finance]`;
    expect(load(endpoint(fields))).toMatchObject([
      { events: ['approval.requested'], risks: ['amber'], groups: ['finance'] },
    ]);
  });

  it('may leave secrets to the environment and to files beside it', () => {
    writeFileSync(join(folder, 'older'), `${OLDER}\n`);
    const fields = 'secrets:\n  - env: CHAT_SECRET\n  - file: older';
    expect(load(endpoint(fields), { CHAT_SECRET: SECRET })).toMatchObject([
      { secrets: [SECRET, OLDER] },
    ]);
  });

  it('may be JSON, and may be empty of endpoints', () => {
    expect(load('{"endpoints": []}')).toEqual([]);
  });

  it.each([
    ['no YAML', 'endpoints: [', /not valid YAML/],
    ['a secret for a tag', endpoint(`secrets: [!${ALNUM} x]`), /not valid YAML \(TAG_RESOLVE/],
    ['nothing', '', /expected object/],
    ['a field that is not known', endpoint(`secrets: [${SECRET}]\n${SECRET}: 1`), /a field is not/],
    ['no secret', endpoint('events: [approval.requested]'), /endpoints\.0\.secrets: /],
    ['an empty list of secrets', endpoint('secrets: []'), /expected one at least/],
    ['an unknown event', endpoint(`secrets: [${SECRET}]\nevents: [${SECRET}]`), /events\.0: /],
    ['an id that is none', endpoint(`secrets: [${SECRET}]`, 'Über'), /endpoints\.0\.id: /],
    ['a short secret', endpoint(`secrets: [${secretOf(23)}]`), /chat: secrets\.0: expected whsec_/],
    ['a long secret', endpoint(`secrets: [${secretOf(65)}]`), /chat: secrets\.0: expected whsec_/],
    ['a secret of another kind', endpoint(`secrets: [${SECRET.slice(6)}]`), /secrets\.0: expected/],
    ['a cut secret', endpoint(`secrets: [${SECRET.slice(0, -2)}]`), /secrets\.0: expected whsec_/],
    ['a variable of ours', endpoint('secrets: [{env: DOCKET_X}]'), /does not begin with DOCKET_/],
    ['a variable that is not set', endpoint('secrets: [{env: CHAT}]'), /environment has no CHAT$/],
    [
      'a file that is not there',
      endpoint('secrets: [{file: no/such}]'),
      /cannot be read \(ENOENT\)/,
    ],
    ['a secret for a variable', endpoint(`secrets: [{env: ${ALNUM}}]`), /the name of a variable/],
    ['an alias', `x: &s ${SECRET}\n${endpoint('secrets: [*s]')}`, /aliases are not taken/],
  ])('is refused in one line for %s', (_, text, why) => {
    const line = refusal(text, { OTHER: SECRET });
    expect(line).toMatch(why);
    expect(line).toMatch(/^DOCKET_WEBHOOKS_FILE: [^\n]+$/);
    for (const hidden of [SECRET, SECRET.slice(6, 20), ALNUM, 'private-path']) {
      expect(line).not.toContain(hidden);
    }
  });

  it('is refused for two endpoints of one name', () => {
    const twice = endpoint(`secrets: [${SECRET}]`);
    expect(refusal(twice + twice.replace('endpoints:\n', ''))).toMatch(/endpoints: two endpoints/);
  });

  it.each([
    ['https://10.0.0.1/', /url: this is no public address/],
    ['http://hooks.example.com/', /url: expected https/],
    ['ftp://hooks.example.com/', /url: expected an https:/],
    ['nowhere', /url: expected an https:/],
  ])('is refused for an endpoint at %s', (url, why) => {
    const text = endpoint(`secrets: [${SECRET}]`);
    expect(refusal(text.replace('https://hooks.example.com/T0/private-path', url))).toMatch(why);
  });

  it('is refused when it is not there', () => {
    const guard = new TargetGuard(parseAllowedTargets([]));
    const missing = join(folder, 'missing.yaml');
    expect(() => loadEndpoints(missing, guard, {})).toThrow(
      `DOCKET_WEBHOOKS_FILE: ${missing}: the file cannot be read (ENOENT)`,
    );
  });
});
