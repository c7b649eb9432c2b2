import type { RequestContent } from '../../../src/governed-request/governed-request.events.js';

/** The body of a submission. */
export type CrashRequest =
  | { readonly request: string; readonly onBehalfOf: string }
  | { readonly kind: 'tool'; readonly tool: string; readonly args: { readonly story: string } };

const onBehalfOf = 'employee-001';
const tag = (story: string): string => `[story ${story}]`;

const chat = (story: string, text: string): CrashRequest => ({
  request: `${text} ${tag(story)}`,
  onBehalfOf,
});

/** Requests under the policy of these tests, each marked with the story it belongs to. */
export const crashRequests = {
  green: (story: string) => chat(story, 'Summarise the rules for new colleagues.'),
  /** So large that writing it takes many pages, and time in which to be killed. */
  large: (story: string) => chat(story, `Summarise this list: ${'… '.repeat(80_000)}`),
  amber: (story: string) => chat(story, 'Draft a letter to the finance department.'),
  /** Needs two people. */
  payment: (story: string) => chat(story, 'Pay the invoice of the caterer.'),
  red: (story: string) => chat(story, 'Destroy the archive of last year.'),
  tool: (story: string): CrashRequest => ({ kind: 'tool', tool: 'sessions_list', args: { story } }),
} as const;

/** What is stored and sent of a body. */
export function contentOf(body: CrashRequest): RequestContent {
  if ('request' in body) return { kind: 'chat', request: body.request };
  return { kind: 'tool', tool: body.tool, action: 'json', args: { ...body.args } };
}

/** The story that a request's content names. */
export const storyOf = (content: object): string | undefined =>
  /\[story ([^\]]+)\]|"story":"([^"]+)"/.exec(JSON.stringify(content))?.slice(1).find(Boolean);
