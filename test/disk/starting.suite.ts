import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runProgram } from '../support/docket/run-program.js';
import { DRAFT } from '../support/docket/sample-requests.js';
import { eventually } from '../replicas/support/eventually.js';
import { canMount } from './support/scarce-room.js';
import { serve, settingsOf, type Home, type Service } from './support/service.js';

/** On a busy machine it takes its time. */
const START_WITHIN = 60_000;

export function describeStarting(homeOf: (directory: string) => Home): void {
  describe('A data directory', () => {
    let place: string;
    let home: Home;
    let services: Service[];

    beforeEach(async () => {
      place = mkdtempSync(join(tmpdir(), 'docket-start-'));
      home = homeOf(join(place, 'data'));
      await mkdir(home.directory);
      services = [];
    });
    afterEach(async () => {
      await Promise.all(services.map((service) => service.kill()));
      rmSync(place, { recursive: true });
    });

    async function started(): Promise<Service> {
      const service = await serve(home);
      services.push(service);
      return service;
    }

    /** Exit code and standard error of a service that does not come up. */
    async function refusal(): Promise<readonly [number | string, string]> {
      const running = runProgram(home.program, ['serve'], settingsOf(home));
      const code = await running.ended();
      expect(running.stdout).toBe('');
      return [code, running.stderr];
    }

    it('that another process serves is refused in one line, and served on', async () => {
      const first = await started();
      const [code, stderr] = await refusal();
      expect(code).toBe(1);
      expect(stderr).toMatch(/^docket: [^\n]+events\.db is in use by another process[^\n]*\n$/);
      expect((await first.submit('ada', DRAFT)).status).toBe('awaiting-approval');
    });

    it('whose log has one changed byte is refused in one line that names the place', async () => {
      const service = await started();
      const [, second] = [await service.submit('ada', DRAFT), await service.submit('ada', DRAFT)];
      await service.kill();
      services.pop();
      await stoppedCleanly(home);
      const file = join(home.directory, 'events.db');
      const bytes = readFileSync(file);
      // In the second request's id, where its stream is named.
      const at = bytes.indexOf(`governedRequest-${second.id}`) + 20;
      bytes[at]! ^= 1;
      writeFileSync(file, bytes);
      const [code, stderr] = await refusal();
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^docket: [^\n]+events\.db is damaged: the event at position 4 is not what was written\.\n$/,
      );
    });

    it('that cannot be written to is refused in one line', async () => {
      const makeWritable = makeReadOnly(home.directory);
      try {
        const [code, stderr] = await refusal();
        expect(code).toBe(2);
        expect(stderr).toMatch(
          /^docket: DOCKET_DATA_DIR: [^\n]+ cannot be made or written to \(E[A-Z]+\)\n$/,
        );
      } finally {
        makeWritable();
      }
    });

    it('is served on when the log lines go to a full disk', async () => {
      const full = openSync('/dev/full', 'w');
      const child = spawn(process.execPath, [home.program.main, 'serve'], {
        env: { ...settingsOf(home), DOCKET_LOG_LEVEL: 'debug' },
        stdio: ['ignore', 'pipe', full],
      });
      closeSync(full);
      const closed = once(child, 'close');
      let stdout = '';
      child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      try {
        const url = await eventually(
          'it listens',
          START_WITHIN,
          () => /^Docket listens at (\S+)/m.exec(stdout)?.[1],
        );
        for (let count = 0; count < 20; count += 1) {
          expect((await fetch(`${url}/v1/nothing`)).status).toBe(404);
        }
        expect(child.exitCode).toBeNull();
      } finally {
        child.kill('SIGKILL');
        await closed;
      }
    });
  });
}

/** Serves once more and stops, so that the write-ahead log moves into the file. */
async function stoppedCleanly(home: Home): Promise<void> {
  const running = runProgram(home.program, ['serve'], settingsOf(home));
  await eventually('it listens', START_WITHIN, () => running.stdout.includes('listens at'));
  running.process.kill('SIGTERM');
  expect(await running.ended()).toBe(0);
}

/** Mode bits keep nobody out who is allowed to mount. */
function makeReadOnly(directory: string): () => void {
  if (canMount) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', directory]);
    return () => execFileSync('umount', ['-l', directory]);
  }
  chmodSync(directory, 0o500);
  return () => chmodSync(directory, 0o700);
}
