import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AgentCall, AgentGateway } from './agent-gateway.js';
import type { AgentGatewayError } from './agent-gateway.errors.js';

/** A gateway under test, opened anew for each test; the suite closes both clients. */
export interface GatewayUnderTest {
  /** Has the agent `main` and the tool `sessions_list`, and is warm; a chat takes at least 250 ms. */
  readonly gateway: AgentGateway;
  /** The same gateway for a caller with a wrong token. */
  readonly stranger: AgentGateway;
}

/** Ample time for a chat with a real gateway, in milliseconds. */
const PATIENCE = 60_000;
/** Long enough to send a chat, too short for its answer. */
const HASTE = 100;

/** What every agent gateway does, whether it is a fake, a stub behind HTTP, or a real one. */
export function agentGatewayContract(name: string, open: () => Promise<GatewayUnderTest>): void {
  describe(`${name} as an agent gateway`, () => {
    let gateway: AgentGateway;
    let stranger: AgentGateway;

    beforeEach(async () => {
      ({ gateway, stranger } = await open());
    }, PATIENCE);

    afterEach(() => Promise.all([gateway.close(), stranger.close()]));

    const run = (call: AgentCall) => gateway.run(call, PATIENCE);
    const sent = () => run(sessionsList());

    describe('a chat', () => {
      it(
        'is answered with the text of the agent and the id of its run',
        async () => {
          const { runId, response, usage } = await run(chat());
          expect(runId).toMatch(/^chatcmpl_/);
          expect(response).not.toBe('');
          expect(usage?.totalTokens).toBeGreaterThanOrEqual(0);
        },
        PATIENCE,
      );

      it(
        'is a run of its own each time, also in one conversation',
        async () => {
          const call = chat();
          const first = await run(call);
          const second = await run(call);
          expect(second.runId).not.toBe(first.runId);
        },
        PATIENCE,
      );

      it(
        'runs beside the chats of other conversations',
        async () => {
          const answers = await Promise.all([chat(), chat(), chat(), chat()].map(run));
          expect(new Set(answers.map(({ runId }) => runId)).size).toBe(4);
        },
        PATIENCE,
      );

      it(
        'takes a temperature from 0 to 2 and no other',
        async () => {
          await expect(run(chat({ temperature: 2 }))).resolves.toMatchObject({
            response: expect.any(String),
          });
          await expectFailure(run(chat({ temperature: 2.5 })), 'call-invalid', 'failed');
        },
        PATIENCE,
      );

      it('is turned down for an agent that does not exist', async () => {
        await expectFailure(run(chat({ agent: 'nobody' })), 'agent-unknown', 'failed');
        await expectFailure(run(chat({ agent: 'default' })), 'agent-unknown', 'failed');
        await expectFailure(run(chat({ agent: 'main/../x' })), 'agent-unknown', 'failed');
      });

      it('is turned down in a conversation of another agent', async () => {
        const call = chat({ sessionKey: `agent:nobody:${conversation()}` });
        await expectFailure(run(call), 'call-invalid', 'failed');
      });

      it(
        'finds its conversation by the full name of its session, too',
        async () => {
          const call = chat({ sessionKey: `agent:main:${conversation()}` });
          await expect(run(call)).resolves.toMatchObject({ response: expect.any(String) });
        },
        PATIENCE,
      );
    });

    describe('a tool call', () => {
      it('is answered with the text of the tool, without a run', async () => {
        const { runId, response, usage } = await run(sessionsList());
        expect(JSON.parse(response)).toMatchObject({ sessions: expect.any(Array) });
        expect(runId).toBeNull();
        expect(usage).toBeNull();
      });

      it('is turned down for a tool that does not exist', async () => {
        await expectFailure(run(sessionsList({ tool: 'no_such_tool' })), 'tool-unknown', 'failed');
      });

      it('is turned down for an agent that does not exist', async () => {
        await expectFailure(run(sessionsList({ agent: 'nobody' })), 'agent-unknown', 'failed');
      });

      it('is turned down in a conversation of another agent', async () => {
        const call = sessionsList({ sessionKey: 'agent:nobody:main' });
        await expectFailure(run(call), 'call-invalid', 'failed');
      });

      it('is turned down when it is larger than 2 MiB', async () => {
        const args = { filler: 'x'.repeat(2 * 1024 * 1024) };
        await expectFailure(run(sessionsList({ args })), 'call-too-large', 'failed');
      });
    });

    describe('giving up', () => {
      it('at the deadline leaves open what the run did', async () => {
        await sent();
        const started = performance.now();
        await expectFailure(gateway.run(chat(), HASTE), 'gateway-timeout', 'unknown');
        expect(performance.now() - started).toBeLessThan(HASTE + 1_000);
      });

      it('by the caller leaves open what the run did', async () => {
        await sent();
        const caller = new AbortController();
        setTimeout(() => caller.abort(), HASTE);
        const running = gateway.run(chat(), PATIENCE, caller.signal);
        await expectFailure(running, 'gateway-disconnected', 'unknown');
      });

      it('before anything was sent means that nothing ran', async () => {
        const aborted = gateway.run(chat(), PATIENCE, AbortSignal.abort());
        await expectFailure(aborted, 'gateway-disconnected', 'failed');
      });

      it(
        'does not harm other calls',
        async () => {
          await sent();
          const other = run(chat());
          await expectFailure(gateway.run(chat(), HASTE), 'gateway-timeout', 'unknown');
          await expect(other).resolves.toMatchObject({ response: expect.any(String) });
        },
        PATIENCE,
      );
    });

    it('turns down a caller with a wrong token', async () => {
      const chatted = stranger.run(chat(), PATIENCE);
      await expectFailure(chatted, 'gateway-unauthorized', 'failed');
      const invoked = stranger.run(sessionsList(), PATIENCE);
      await expectFailure(invoked, 'gateway-unauthorized', 'failed');
    });

    it('names its agents to those who have its token', async () => {
      await expect(gateway.agents()).resolves.toContain('main');
      await expect(gateway.agents()).resolves.not.toContain('default');
      await expect(stranger.agents()).resolves.toBeNull();
    });

    it('says that it takes calls', async () => {
      await expect(gateway.ready()).resolves.toBe(true);
    });

    describe('closing', () => {
      it('cancels what runs', async () => {
        await sent();
        const running = expectFailure(
          gateway.run(chat(), PATIENCE),
          'gateway-disconnected',
          'unknown',
        );
        setTimeout(() => void gateway.close(), HASTE);
        await running;
      });

      it('ends it for good', async () => {
        await gateway.close();
        await gateway.close();
        await expectFailure(run(chat()), 'gateway-unavailable', 'failed');
        await expect(gateway.ready()).resolves.toBe(false);
        await expect(gateway.agents()).resolves.toBeNull();
      });
    });
  });
}

let conversations = 0;
const conversation = () => `contract-${process.pid}-${Date.now()}-${(conversations += 1)}`;

type Chat = Extract<AgentCall, { kind: 'chat' }>;
type Tool = Extract<AgentCall, { kind: 'tool' }>;

const chat = (changes: Partial<Chat> = {}): AgentCall => ({
  kind: 'chat',
  request: 'Say in one sentence what a governance service is for.',
  agent: 'main',
  sessionKey: conversation(),
  ...changes,
});

const sessionsList = (changes: Partial<Tool> = {}): AgentCall => ({
  kind: 'tool',
  tool: 'sessions_list',
  action: 'json',
  args: {},
  agent: 'main',
  sessionKey: 'main',
  ...changes,
});

const expectFailure = (
  run: Promise<unknown>,
  code: AgentGatewayError['code'],
  outcome: AgentGatewayError['outcome'],
) => expect(run).rejects.toMatchObject({ name: 'AgentGatewayError', code, outcome });
