import { z } from 'zod';
import type { AgentAnswer, AgentCall, Usage } from '../agent-gateway.js';
import { AgentGatewayError } from '../agent-gateway.errors.js';
import type { HttpAnswer } from './exchange.js';
import { gatewayRefusal } from './gateway-refusal.js';
import { parseJson } from './parse-json.js';

const tokens = z.int().nonnegative();

/** Counts that make no sense are left out: they must not cost the answer. */
const usage = z
  .object({ prompt_tokens: tokens, completion_tokens: tokens, total_tokens: tokens })
  .nullish()
  .catch(null);

const chatCompletion = z.object({
  id: z.string().regex(/^[\x21-\x7e]{1,200}$/),
  choices: z.array(z.object({ message: z.object({ content: z.string() }) })).min(1),
  usage,
});

const toolResult = z.object({
  ok: z.literal(true),
  result: z.object({
    content: z.array(
      z.union([
        z.object({ type: z.literal('text'), text: z.string() }),
        z.object({ type: z.string().refine((type) => type !== 'text') }),
      ]),
    ),
  }),
});

/** Reads the gateway's answer to `call`; throws `AgentGatewayError` for all but a complete success. */
export function gatewayAnswer(call: AgentCall, answer: HttpAnswer, token: string): AgentAnswer {
  if (answer.status >= 400) throw gatewayRefusal(call.kind, answer, token);
  if (answer.status !== 200) throw malformed(`it has status ${answer.status}`);
  if (!isJson(answer.headers['content-type'])) throw malformed('it is not JSON');
  const body = parseJson(answer.body);
  return call.kind === 'chat' ? chatAnswer(body) : toolAnswer(body);
}

function chatAnswer(body: unknown): AgentAnswer {
  const { data } = chatCompletion.safeParse(body);
  const content = data?.choices[0]?.message.content;
  if (data === undefined || content === undefined) throw malformed('it is no chat completion');
  return { runId: data.id, response: content.toWellFormed(), usage: usageOf(data.usage) };
}

function toolAnswer(body: unknown): AgentAnswer {
  const { data } = toolResult.safeParse(body);
  if (data === undefined) throw malformed('it is no tool result');
  const texts = data.result.content.flatMap((part) => ('text' in part ? [part.text] : []));
  return { runId: null, response: texts.join('\n').toWellFormed(), usage: null };
}

const usageOf = (counts: z.infer<typeof usage>): Usage | null =>
  counts
    ? {
        promptTokens: counts.prompt_tokens,
        completionTokens: counts.completion_tokens,
        totalTokens: counts.total_tokens,
      }
    : null;

const isJson = (contentType: string | string[] | undefined) =>
  typeof contentType === 'string' && /^application\/json *(;|$)/i.test(contentType);

const malformed = (why: string) =>
  new AgentGatewayError(
    'gateway-malformed-answer',
    'unknown',
    `The gateway's answer cannot be read: ${why}.`,
  );
