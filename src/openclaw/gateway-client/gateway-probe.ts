import type { Dispatcher } from 'undici';
import { z } from 'zod';
import { watchCall } from '../call-watch.js';
import { exchange } from './exchange.js';
import type { GatewayRequest } from './gateway-request.js';
import { parseJson } from './parse-json.js';

const DEADLINE = 2_000;
const MAX_BYTES = 256 * 1024;

const readiness = z.object({ ready: z.literal(true) });

const modelList = z.object({ data: z.array(z.object({ id: z.string() })) });
/** `openclaw` and `openclaw/default` are other names of one of the agents. */
const AGENT_MODEL = /^openclaw\/(?!default$)(.+)$/;

/** Resolves to the JSON body of a 200, and to `undefined` for everything else. */
export async function probe(
  pool: Dispatcher,
  request: GatewayRequest,
  closing: AbortSignal,
): Promise<unknown> {
  const watch = watchCall(DEADLINE, undefined, closing);
  try {
    const { status, body } = await exchange(pool, request, watch, MAX_BYTES);
    return status === 200 ? parseJson(body) : undefined;
  } catch {
    return undefined;
  } finally {
    watch.end();
  }
}

export const saysReady = (body: unknown): boolean => readiness.safeParse(body).success;

/** The agents in a list of models: the gateway lists each as `openclaw/<agent>`. */
export function listedAgents(body: unknown): readonly string[] | null {
  const { data } = modelList.safeParse(body);
  if (!data) return null;
  return data.data.flatMap(({ id }) => AGENT_MODEL.exec(id)?.[1] ?? []);
}
