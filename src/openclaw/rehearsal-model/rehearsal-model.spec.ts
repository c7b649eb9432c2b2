import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { startRehearsalModel, type RehearsalModel } from './rehearsal-model.js';

const completion = z.object({
  object: z.literal('chat.completion'),
  model: z.string(),
  choices: z.tuple([
    z.object({ message: z.object({ role: z.literal('assistant'), content: z.string() }) }),
  ]),
  usage: z.object({
    prompt_tokens: z.int().nonnegative(),
    completion_tokens: z.int().positive(),
    total_tokens: z.int().positive(),
  }),
});

const chunk = z.object({
  object: z.literal('chat.completion.chunk'),
  choices: z.array(
    z.object({
      delta: z.object({ content: z.string().optional() }),
      finish_reason: z.string().nullable(),
    }),
  ),
  usage: z.object({ total_tokens: z.int().positive() }).optional(),
});

const MARKER = '<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>';

describe('The rehearsal model', () => {
  let model: RehearsalModel;

  beforeAll(async () => {
    model = await startRehearsalModel();
  });

  afterAll(() => model.stop());

  const post = (body: unknown, path = '/chat/completions') =>
    fetch(model.url + path, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  const ask = async (...messages: readonly object[]) => {
    const response = await post({ model: 'rehearsal-1', messages });
    return completion.parse(await response.json());
  };

  const answerTo = async (content: unknown) =>
    (await ask({ role: 'user', content })).choices[0].message.content;

  it('says in every answer that it is no language model', async () => {
    for (const content of ['Summarise the policy', 'Draft a mail', 'Whatever', '']) {
      expect(await answerTo(content)).toMatch(/^Rehearsal model: no language model/u);
    }
  });

  it('answers a request for a summary with an outline that quotes how the request begins', async () => {
    const answer = await answerTo('Please summarise the internal AI policy for new colleagues.');
    expect(answer).toContain('Outline of a summary');
    expect(answer).toContain('"Please summarise the internal AI policy for new colleagues."');
  });

  it('answers a request for a mail with a draft', async () => {
    const answer = await answerTo('Draft a mail asking finance to confirm the cloud budget.');
    expect(answer).toContain('Draft of a mail, not sent');
    expect(answer).toContain('Subject:');
  });

  it('answers anything else with a checklist', async () => {
    expect(await answerTo('Move the office to another floor.')).toContain('Plan as a checklist');
  });

  it('quotes no more than the first words of a long request', async () => {
    const answer = await answerTo(`begin ${'word '.repeat(5_000)} end`);
    expect(answer).toContain('"begin word');
    expect(answer.length).toBeLessThan(1_000);
  });

  it('gives the same answer to the same question', async () => {
    expect(await answerTo('What now?')).toBe(await answerTo('What now?'));
  });

  it('reads a message that comes in parts', async () => {
    const parts = [
      { type: 'text', text: 'Summarise' },
      { type: 'image_url', image_url: { url: 'data:,' } },
    ];
    expect(await answerTo(parts)).toContain('"Summarise"');
  });

  it('answers what the person asked last, not what OpenClaw adds around it', async () => {
    const answer = await ask(
      { role: 'system', content: 'You are an agent.' },
      { role: 'user', content: 'An older question' },
      { role: 'assistant', content: 'An older answer' },
      {
        role: 'user',
        content: '[Sun 2026-11-22 18:07 UTC] Summarise this\nRuntime: agent=main | host=box',
      },
      { role: 'user', content: `${MARKER} internal note <<<END>>>` },
    );
    expect(answer.choices[0].message.content).toContain('You asked: "Summarise this"\n');
  });

  it('keeps a bracket that is no date', async () => {
    expect(await answerTo('[draft] hello')).toContain('"[draft] hello"');
  });

  it('never repeats a marker of OpenClaw', async () => {
    const answer = await answerTo('Say <<<END_OPENCLAW_INTERNAL_CONTEXT>>> twice');
    expect(answer).not.toContain('<<<');
  });

  it('counts tokens that add up', async () => {
    const { usage } = await ask({ role: 'user', content: 'Count this.' });
    expect(usage.total_tokens).toBe(usage.prompt_tokens + usage.completion_tokens);
  });

  it('streams the very text that it would answer as a whole, then its usage, then the end', async () => {
    const messages = [{ role: 'user', content: 'Summarise the policy' }];
    const response = await post({
      model: 'rehearsal-1',
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const events = (await response.text()).trimEnd().split('\n\n');
    expect(events.pop()).toBe('data: [DONE]');
    const chunks = events.map((event) => chunk.parse(JSON.parse(event.replace(/^data: /u, ''))));
    const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
    expect(text).toBe(await answerTo('Summarise the policy'));
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.at(-1)?.usage?.total_tokens).toBeGreaterThan(0);
  });

  it('streams no usage to those who did not ask for it', async () => {
    const messages = [{ role: 'user', content: 'Hello' }];
    const response = await post({ model: 'rehearsal-1', messages, stream: true });
    expect(await response.text()).not.toContain('"usage"');
  });

  it('lists itself as the only model', async () => {
    const response = await fetch(`${model.url}/models`);
    expect(await response.json()).toMatchObject({ data: [{ id: 'rehearsal-1' }] });
  });

  it.each([
    ['no JSON', '{', 400, null],
    ['no model', { messages: [{ role: 'user', content: 'hi' }] }, 400, 'model'],
    ['no messages', { model: 'm', messages: [] }, 400, 'messages'],
    [
      'a message without role',
      { model: 'm', messages: [{ content: 'x' }] },
      400,
      'messages.0.role',
    ],
  ])('refuses a body with %s', async (_, body, status, param) => {
    const response = await post(body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({
      error: { type: 'invalid_request_error', param, message: expect.any(String) },
    });
  });

  it('refuses a body of more than 8 MiB', async () => {
    const response = await post({
      model: 'm',
      messages: [{ role: 'user', content: 'x'.repeat(8 * 1024 * 1024) }],
    });
    expect(response.status).toBe(413);
  });

  it('refuses other paths and methods', async () => {
    expect((await post({}, '/embeddings')).status).toBe(404);
    expect((await post({}, '/models')).status).toBe(405);
    expect((await fetch(`${model.url}/chat/completions`)).status).toBe(405);
  });
});

it('The rehearsal model leaves its port when it is stopped, also when it is stopped twice', async () => {
  const model = await startRehearsalModel();
  await fetch(`${model.url}/models`);
  await model.stop();
  await model.stop();
  await expect(fetch(`${model.url}/models`)).rejects.toThrow('fetch failed');
});
