import type { DataFolder } from '../support/docket/data-folder.js';
import { startWebhookReceiver, status } from '../support/webhooks/webhook-receiver.js';
import { endpointAt, webhookSettings } from '../support/webhooks/webhook-settings.js';

/** Who is told of requests, and of whom one wants nothing more, so that everything for it is a dead letter. */
export const ENDPOINTS = ['chat', 'gone'] as const;

/** Stands in the addresses of the endpoints: whoever knows them could write there. */
const SECRET_PATH = 'a-path-that-nobody-is-shown';

/** Receivers of webhooks on this machine, and how a service is told of them. */
export interface WebhookEndpoints {
  readonly settings: Readonly<Record<string, string>>;
  /** What nobody may be shown of them. */
  readonly secrets: readonly string[];
  close(): Promise<void>;
}

/** Starts them and writes their file into the data directory. */
export async function startWebhookEndpoints(folder: DataFolder): Promise<WebhookEndpoints> {
  const [chat, gone] = [await startWebhookReceiver(), await startWebhookReceiver()];
  gone.otherwise(status(410));
  const receivers = { chat, gone };
  const endpoints = ENDPOINTS.map((id) =>
    endpointAt(receivers[id], { id, url: `${receivers[id].url}/${SECRET_PATH}` }),
  );
  const { file } = await webhookSettings(folder, endpoints);
  return {
    settings: { DOCKET_WEBHOOKS_FILE: file ?? '', DOCKET_WEBHOOKS_ALLOW_PRIVATE: '127.0.0.1' },
    secrets: [SECRET_PATH, chat.secret, gone.secret],
    async close() {
      await chat.close();
      await gone.close();
    },
  };
}
