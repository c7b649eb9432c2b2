import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WebhookSettings } from '../../../src/notifications/webhook-settings.js';
import type { WebhookReceiver } from './webhook-receiver.js';
import type { DataFolder } from '../docket/data-folder.js';

/** An endpoint as the file has it. */
export const endpointAt = (
  { url, secret }: WebhookReceiver,
  over: { readonly id?: string; readonly [field: string]: unknown } = {},
) => ({ id: 'chat', url, secrets: [secret], ...over });

/** Writes the file of the endpoints into a data directory, and has their receivers on this machine tried often and soon. */
export async function webhookSettings(
  folder: DataFolder,
  endpoints: readonly ReturnType<typeof endpointAt>[],
  over: Partial<WebhookSettings> = {},
): Promise<WebhookSettings> {
  const file = join(folder.path, 'webhooks.yaml');
  await writeFile(file, JSON.stringify({ endpoints }));
  return {
    file,
    publicUrl: null,
    allowPrivate: ['127.0.0.1'],
    timeout: 500,
    schedule: [20, 20],
    abandonedAfter: 2_000,
    lookEvery: 50,
    finishWithin: 1_000,
    ...over,
  };
}
