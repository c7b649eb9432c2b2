import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { issueKey } from '../../src/identity/api-key.js';
import { projectRoot } from '../../src/runtime/project-root.js';
import { buildProgram, type BuiltProgram } from '../support/docket/build-program.js';
import { listening } from '../support/docket/listening.js';
import { runProgram, type RunningProgram } from '../support/docket/run-program.js';
import { startOpenclawStub, STUB_TOKEN, type OpenclawStub } from '../support/openclaw-stub.js';

const run = promisify(execFile);
const guide = readFileSync(join(projectRoot, 'docs', 'guides', 'approvals.md'), 'utf8');

/** What stands in the guide between fences, in order. */
const blocks = [...guide.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(
  ([, language = '', text = '']) => ({ language, text }),
);
const [policy] = blocks.filter(({ language }) => language === 'yaml');
/** What a reader types into the second shell. */
const typed = blocks.filter(
  ({ language, text }) => language === 'sh' && !text.includes('npm start'),
);

const PEOPLE = [
  { id: 'ada', kind: 'human', roles: ['requester'], groups: [] },
  { id: 'audrey', roles: ['auditor'], groups: [] },
  { id: 'grace', roles: ['approver'], groups: ['engineering'] },
  { id: 'linus', roles: ['approver'], groups: ['finance'] },
] as const;

const NEXT = '--- the next block of the guide ---';

describe('The walkthrough of approvals', () => {
  let folder: string;
  let program: BuiltProgram;
  let stub: OpenclawStub;
  let docket: RunningProgram;
  /** What each block prints. */
  let printed: readonly string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'docket-walkthrough-'));
    program = await buildProgram();
    stub = await startOpenclawStub();
    docket = serve();
    const url = await listening(docket);
    const script = typed.map(({ text }) => text.replace('http://127.0.0.1:3000', url));
    const commands = ['set -eu -o pipefail', ...script].join(`\necho '${NEXT}'\n`);
    const { stdout } = await run('bash', ['-c', commands], { cwd: folder, timeout: 60_000 });
    printed = stdout.split(`${NEXT}\n`).slice(1);
  }, 90_000);

  afterAll(async () => {
    docket.process.kill('SIGKILL');
    await docket.ended();
    await stub.close();
    await program.remove();
    await rm(folder, { recursive: true });
  });

  function serve(): RunningProgram {
    for (const name of ['payments', 'keys']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'payments', 'policy.yaml'), policy?.text ?? '');
    const keys = PEOPLE.map((holder) => issueKey(holder));
    const keysFile = join(folder, 'keys.json');
    writeFileSync(keysFile, JSON.stringify({ keys: keys.map(({ stored }) => stored) }));
    for (const [index, { id }] of PEOPLE.entries()) {
      writeFileSync(join(folder, 'keys', id), keys[index]?.plain ?? '');
    }
    return runProgram(program, ['serve'], {
      DOCKET_PORT: '0',
      DOCKET_DATA_DIR: join(folder, 'data'),
      DOCKET_KEYS_FILE: keysFile,
      DOCKET_POLICY_DIR: join(folder, 'payments'),
      OPENCLAW_URL: stub.url,
      OPENCLAW_TOKEN: STUB_TOKEN,
    });
  }

  const shown = blocks.flatMap(({ language, text }, index) => {
    const before = blocks[index - 1];
    const isOutput = (language === 'json' || language === 'text') && before?.language === 'sh';
    return isOutput ? [{ of: typed.indexOf(before), text }] : [];
  });

  it('shows what most of its commands print', () => {
    expect(shown.length).toBeGreaterThan(8);
    expect(printed).toHaveLength(typed.length);
  });

  it.each(shown.map(({ of, text }) => [typed[of]?.text.trim().split('\n').at(-1), of, text]))(
    'prints for `%s` what the guide says',
    (_, of, text) => {
      let rest = spaceless(printed[Number(of)] ?? '');
      for (const piece of spaceless(String(text)).split('…')) {
        expect(rest).toContain(piece);
        rest = rest.slice(rest.indexOf(piece) + piece.length);
      }
    },
  );
});

const spaceless = (text: string): string => text.replaceAll(/\s+/g, '');
