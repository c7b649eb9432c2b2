import { describe, expect, it } from '@jest/globals';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { RealGateway } from './real-gateway.js';

const chatAnswer = z.object({
  id: z.string(),
  choices: z.tuple([z.object({ message: z.object({ content: z.string() }) })]),
  usage: z.object({ total_tokens: z.int().positive() }),
});

const toolAnswer = z.object({
  ok: z.literal(true),
  result: z.object({ details: z.object({ count: z.int(), sessions: z.array(z.unknown()) }) }),
});

/** What the managed gateway makes of the real OpenClaw, without any client of ours. */
export function managedGatewaySuite(real: () => RealGateway): void {
  const post = async (path: string, body: object) => {
    const { url, token } = real().gateway;
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: z.unknown().parse(await response.json()) };
  };

  const chat = async (content: string) => {
    const messages = [{ role: 'user', content }];
    return chatAnswer.parse(
      (await post('/v1/chat/completions', { model: 'openclaw/main', messages })).body,
    );
  };

  const invoke = (tool: string, args = {}) =>
    post('/tools/invoke', { tool, action: 'json', args, sessionKey: 'main' });

  describe('The managed gateway', () => {
    it('answers a chat through the rehearsal model, which sees just what was asked', async () => {
      const answer = await chat('Summarise the internal AI policy.');
      expect(answer.id).toMatch(/^chatcmpl_/u);
      const { content } = answer.choices[0].message;
      expect(content).toMatch(/^Rehearsal model: no language model/u);
      expect(content).toContain('You asked: "Summarise the internal AI policy."\n');
    });

    it('is warm: a chat takes no seconds', async () => {
      const startedAt = performance.now();
      await chat('Hello');
      expect(performance.now() - startedAt).toBeLessThan(5_000);
    });

    it('lists its sessions', async () => {
      await chat('Hello');
      const { details } = toolAnswer.parse((await invoke('sessions_list')).body).result;
      expect(details.count).toBeGreaterThan(0);
      expect(details.sessions).toHaveLength(details.count);
    });

    it.each(['exec', 'read', 'write', 'no_such_tool'])('has no tool %s', async (tool) => {
      expect(await invoke(tool, { command: 'id', path: '/etc/hostname' })).toMatchObject({
        status: 404,
        body: { ok: false, error: { type: 'not_found' } },
      });
    });

    it('keeps its token out of every file', async () => {
      const { directory, gateway } = real();
      expect(await filesWith(directory, gateway.token)).toEqual([]);
      expect(await filesWith(directory, '${OPENCLAW_GATEWAY_TOKEN}')).toContain('openclaw.json');
    });

    it('keeps answers out of its log', async () => {
      await chat('Summarise the secret plan.');
      expect(await filesWith(real().directory, 'the secret plan')).not.toContain('gateway.log');
    });

    it('comes back with the same address and token when its process is killed', async () => {
      const { gateway, pid } = real();
      const { url, token } = gateway;
      const killed = await pid();
      process.kill(killed, 'SIGKILL');
      while (gateway.state === 'ready') await new Promise((resolve) => setTimeout(resolve, 20));
      await gateway.ready();
      expect(await pid()).not.toBe(killed);
      expect(gateway).toMatchObject({ url, token });
      const answer = await chat('Hello again');
      expect(answer.choices[0].message.content).toContain('Hello again');
    });
  });
}

/** The files below `directory` that contain `text`, by their relative paths. */
async function filesWith(directory: string, text: string): Promise<readonly string[]> {
  const names = await readdir(directory, { recursive: true });
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(directory, name);
      const isFile = (await stat(path).catch(() => null))?.isFile() ?? false;
      return isFile && (await readFile(path)).includes(text);
    }),
  );
  return names.filter((_, index) => found[index]);
}
