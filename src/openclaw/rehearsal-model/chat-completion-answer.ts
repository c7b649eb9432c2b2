import { randomUUID } from 'node:crypto';
import { textOf, type ChatCompletionRequest } from './chat-completion-request.js';

const CHARACTERS_PER_TOKEN = 4;

/** One finished answer with everything that both of its forms, whole and streamed, carry. */
export interface ChatCompletionAnswer {
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly model: string;
  readonly text: string;
  readonly usage: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly total_tokens: number;
  };
}

export function answerTo(request: ChatCompletionRequest, text: string): ChatCompletionAnswer {
  const promptTokens = approximateTokens(request.messages.map(textOf).join('\n'));
  const completionTokens = approximateTokens(text);
  return {
    id: `chatcmpl-${randomUUID()}`,
    created: Math.floor(Date.now() / 1000),
    model: request.model,
    text,
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
    },
  };
}

/** The answer as one JSON body. */
export function wholeCompletion(answer: ChatCompletionAnswer) {
  return {
    ...head(answer, 'chat.completion'),
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: answer.text, refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: answer.usage,
  };
}

/** The answer as server-sent events, paragraph by paragraph; the last but one carries the usage if it was asked for. */
export function* streamedCompletion(answer: ChatCompletionAnswer, includeUsage: boolean) {
  const chunk = head(answer, 'chat.completion.chunk');
  yield event({ ...chunk, choices: [choice({ role: 'assistant', content: '' })] });
  for (const content of answer.text.split(/(?<=\n\n)/u)) {
    yield event({ ...chunk, choices: [choice({ content })] });
  }
  yield event({ ...chunk, choices: [choice({}, 'stop')] });
  if (includeUsage) yield event({ ...chunk, choices: [], usage: answer.usage });
  yield 'data: [DONE]\n\n';
}

function head<Kind extends string>({ id, created, model }: ChatCompletionAnswer, object: Kind) {
  return { id, object, created, model, system_fingerprint: 'rehearsal-approximate-usage' };
}

function choice(delta: object, finishReason: 'stop' | null = null) {
  return { index: 0, delta, logprobs: null, finish_reason: finishReason };
}

function event(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** There is no tokenizer here: four characters to a token, as a rule of thumb. */
function approximateTokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}
