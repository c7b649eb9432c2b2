import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { noticeType } from '../../../src/notifications/notice-type.js';
import type { Behaviour } from '../openclaw-stub.js';

const payload = z.strictObject({
  type: noticeType.or(z.literal('webhook.test')),
  timestamp: z.iso.datetime({ precision: 3 }),
  data: z.record(z.string(), z.json()),
});

/** A webhook whose signature was right. */
interface ReceivedWebhook extends z.infer<typeof payload> {
  readonly id: string;
  /** The body as it came. */
  readonly text: string;
  readonly headers: IncomingMessage['headers'];
}

/** A local HTTP server that takes webhooks as the Standard Webhooks specification has receivers do. */
export interface WebhookReceiver {
  readonly url: string;
  /** What it signs with; whoever does not gets a 401. */
  readonly secret: string;
  /** Everything that came, in order, whatever it was answered; what came twice is in here twice. */
  readonly received: readonly ReceivedWebhook[];
  /** What came without a right signature. */
  readonly forged: number;
  /** How the next ones are answered, one each; later ones get `otherwise`. */
  next(...behaviours: readonly Behaviour[]): void;
  /** How all are answered from now on that `next` says nothing of; at first with 204. */
  otherwise(behaviour: Behaviour): void;
  of(type: ReceivedWebhook['type']): readonly ReceivedWebhook[];
  close(): Promise<void>;
}

export const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** An empty answer. */
export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  (response) =>
    void response.writeHead(code, headers).end();

interface ReceiverOptions {
  readonly secret?: string;
  readonly port?: number;
  /** Milliseconds by which its clock is ahead of the system's. */
  readonly ahead?: () => number;
}

/** Starts a receiver on a free port, or on `port`. */
export async function startWebhookReceiver({
  secret = newSecret(),
  port = 0,
  ahead = () => 0,
}: ReceiverOptions = {}): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const script: Behaviour[] = [];
  let usual: Behaviour = status(204);
  let forged = 0;
  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    void text(request).then(
      (body) => {
        const webhook = verified(secret, request, body, ahead());
        if (webhook === null) {
          forged += 1;
          return void response.writeHead(401).end();
        }
        received.push(webhook);
        const { method = '', url: path = '', headers } = request;
        return (script.shift() ?? usual)(response, { method, path, headers, body });
      },
      () => undefined,
    );
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    secret,
    received,
    get forged() {
      return forged;
    },
    next: (...behaviours) => void script.push(...behaviours),
    otherwise: (behaviour) => (usual = behaviour),
    of: (type) => received.filter((webhook) => webhook.type === type),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function verified(
  secret: string,
  { headers }: IncomingMessage,
  body: string,
  ahead: number,
): ReceivedWebhook | null {
  const plain = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, String(value)]),
  );
  try {
    const checked = payload.parse(verify(secret, plain, body, ahead));
    return { ...checked, id: String(headers['webhook-id']), text: body, headers };
  } catch {
    return null;
  }
}

const TOLERANCE = 300_000;

/** The library asks the system for the time: where the receiver's clock is another one, times are compared here. */
function verify(
  secret: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  ahead: number,
): unknown {
  const webhook = new Webhook(secret);
  if (ahead === 0) return webhook.verify(body, headers);
  const sentAt = Number(headers['webhook-timestamp']) * 1_000;
  const signature = webhook.sign(headers['webhook-id'] ?? '', new Date(sentAt), body);
  const isTimely = Math.abs(Date.now() + ahead - sentAt) < TOLERANCE;
  if (isTimely && headers['webhook-signature'] === signature) return JSON.parse(body);
  throw new Error('The signature is wrong, or of another time.');
}
