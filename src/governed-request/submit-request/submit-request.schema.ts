import { z } from 'zod';
import { isIJson } from '../../http/i-json.js';

const MAX_REQUEST = 200_000;

const wellFormed = (text: string): boolean => text.isWellFormed();
const UNPAIRED = 'holds half of a surrogate pair, which is no Unicode text';

/** The gateway runs the agent that a session key names, so a key may not name another one. */
const belongsTo = (agent: string, sessionKey = ''): boolean =>
  !/^agent:/i.test(sessionKey) || sessionKey.toLowerCase().startsWith(`agent:${agent}:`);

const envelope = {
  /** The employee the service acts for. */
  onBehalfOf: z
    .string()
    .min(1)
    .max(200)
    .regex(/^\P{Cc}*$/u, 'holds a control character')
    .refine(wellFormed, UNPAIRED)
    .optional(),
  agent: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'expected an agent id such as main')
    .default('main'),
  /** One conversation with the agent; without it every request has its own. */
  sessionKey: z
    .string()
    .regex(/^[!-~]{1,200}$/, 'expected 1 to 200 visible ASCII characters')
    .optional(),
};

/** What an agent is told. */
export const requestText = z
  .string()
  .regex(/\S/, 'must not be blank')
  .max(MAX_REQUEST)
  .refine(wellFormed, UNPAIRED);

/** What a tool is called with. */
export const toolArguments = z
  .record(z.string(), z.json())
  .refine(isIJson, 'holds half of a surrogate pair or an integer beyond 2^53; send such as text');

const chatRequest = z.strictObject({
  kind: z.literal('chat').default('chat'),
  request: requestText,
  temperature: z.number().min(0).max(2).optional(),
  ...envelope,
});

const toolRequest = z.strictObject({
  kind: z.literal('tool'),
  tool: z.string().regex(/^[A-Za-z0-9_.:/-]{1,128}$/, 'expected the name of a tool'),
  action: z.string().min(1).max(128).refine(wellFormed, UNPAIRED).default('json'),
  args: toolArguments.default({}),
  ...envelope,
});

/** What a service asks for: a message to an agent, or one call of a tool. */
export const requestBody = z
  .discriminatedUnion('kind', [chatRequest, toolRequest], {
    error: ({ code }) => (code === 'invalid_union' ? 'expected chat or tool' : undefined),
  })
  .refine(({ agent, sessionKey }) => belongsTo(agent, sessionKey), {
    path: ['sessionKey'],
    error: 'names another agent than `agent` does',
  })
  .meta({ id: 'RequestBody' });
export type RequestBody = z.infer<typeof requestBody>;

/** Headers of a submission that mean something to Docket. */
export const submissionHeaders = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[!-~]{1,255}$/, 'expected 1 to 255 visible ASCII characters')
    .optional(),
  'x-correlation-id': z
    .string()
    .regex(/^[!-~]{1,200}$/, 'expected 1 to 200 visible ASCII characters')
    .optional(),
  prefer: z.string().optional(),
});
export type SubmissionHeaders = z.infer<typeof submissionHeaders>;
