import { createHash } from 'node:crypto';
import type { WebhookEndpoint } from '../endpoints/webhook-endpoint.js';
import type { NewDelivery } from '../queue/delivery.js';
import type { Notice } from './notices-of.js';
import type { RequestFacts } from './request-facts.js';
import type { ToldEvent } from './told-event.js';

/** One delivery for each endpoint that wants to be told. `publicUrl`: where the service is found, without a slash at its end. */
export const newDeliveries = (
  event: ToldEvent,
  notices: readonly Notice[],
  facts: RequestFacts,
  endpoints: readonly WebhookEndpoint[],
  publicUrl: string,
): readonly NewDelivery[] =>
  notices.flatMap((notice) => {
    const wanting = endpoints.filter((endpoint) => wants(endpoint, notice, facts));
    const payload = payloadOf(event, notice, facts, publicUrl);
    return wanting.map(({ id }) => ({
      id: webhookId(event.id, id, notice.type),
      endpoint: id,
      type: notice.type,
      requestId: event.requestId,
      payload,
      position: event.position,
    }));
  });

function wants(
  { events, risks, groups }: WebhookEndpoint,
  { type }: Notice,
  { risk, approval }: RequestFacts,
): boolean {
  if (!events.includes(type)) return false;
  if (risks && (risk === null || !risks.includes(risk))) return false;
  if (!groups) return true;
  if (!approval) return false;
  return approval.eligible.length === 0 || approval.eligible.some((one) => groups.includes(one));
}

function payloadOf(
  { requestId, position, recordedAt }: ToldEvent,
  { type, details }: Notice,
  { kind, risk, category }: RequestFacts,
  publicUrl: string,
): string {
  const url = `${publicUrl}/v1/requests/${requestId}`;
  const request = { requestId, url, position: position.toString(), kind, risk, category };
  return JSON.stringify({ type, timestamp: recordedAt, data: { ...request, ...details } });
}

/** Computed, so that an event which is queued twice, whatever went wrong, is told under the same id. */
function webhookId(...parts: readonly string[]): string {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest();
  return `msg_${digest.subarray(0, 20).toString('base64url')}`;
}
