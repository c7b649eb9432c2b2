import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { AccessLog } from './access-log/access-log.js';
import { recordAccesses } from './access-log/record-accesses.js';
import { authenticateCallers } from './identity/authenticate-callers.js';
import { AppModule, type Adapters } from './app.module.js';
import { Executions } from './governed-request/execute-request/executions.js';
import { Sweeper } from './governed-request/recover-requests/sweeper.js';
import { allowOrigins } from './http/cors.js';
import { createHttpApp } from './http/create-http-app.js';
import { hangUpAtShutdown, type HangUp } from './http/hang-up.js';
import { followKeyFile } from './identity/follow-key-file.js';
import { openKeyFile } from './identity/key-file.js';
import { KeyRing } from './identity/key-ring.js';
import { openTokenVerifier } from './identity/oidc/open-token-verifier.js';
import { Limits } from './identity/rate-limit/limits.js';
import {
  createNotifications,
  readTargets,
  type WebhookTargets,
} from './notifications/create-notifications.js';
import { openQueue, serveStores } from './open-stores.js';
import type { AgentGateway } from './openclaw/agent-gateway.js';
import { loadPolicy } from './policy/load-policy.js';
import type { Policy } from './policy/policy.js';
import { systemClock, type Clock } from './runtime/clock.js';
import { closeAll } from './runtime/close-all.js';
import { AddressInUse } from './runtime/configuration.error.js';
import type { Configuration } from './runtime/configuration.js';
import { prepareDataDirectory } from './runtime/data-directory.js';
import { Shutdown } from './runtime/shutdown.js';
import { Projector } from './views/projector/projector.js';
import { reportTo } from './views/projector/report-to.js';
import { PROJECTIONS } from './views/projections.js';

/** A running service. */
export interface Docket {
  /** `http://<host>:<port>`. */
  readonly url: string;
  /** Where the plain first keys were written, if this start made them. */
  readonly firstKeysFile: string | null;
  /**
   * Says that it is not ready, for as long as is configured, then stops accepting, finishes what runs within a bound, and
   * closes the stores; the gateway stays open.
   */
  close(): Promise<void>;
}

export interface DocketOptions {
  readonly configuration: Configuration;
  readonly gateway: AgentGateway;
  readonly log: Logger;
  readonly clock?: Clock | undefined;
  /** Whether a thread of its own fills views that are files, true by default; starting it takes some 100 ms. */
  readonly viewsOnThread?: boolean | undefined;
}

/**
 * Starts the service: opens what it is configured for, brings the views up to date in the background, listens.
 * Throws `ConfigurationError`, `PolicyInvalid`, `EventStoreError` and system errors, with everything closed again.
 */
export async function startDocket(options: DocketOptions): Promise<Docket> {
  const { configuration, log, clock = systemClock } = options;
  prepareDataDirectory(configuration.dataDir);
  const policy = await loadPolicy(configuration.policyDir);
  const webhooks = readTargets(configuration.webhooks, process.env);
  const { keys, firstKeysFile } = openKeys(configuration);
  const ring = new KeyRing(keys, () => clock.now().getTime());
  const adapters = await openAdapters(options, policy, ring, webhooks);
  const app = await createHttpApp(AppModule.over(adapters), log);
  allowOrigins(app, configuration.corsOrigins);
  const hangUp = hangUpAtShutdown(app);
  recordAccesses(app);
  authenticateCallers(app);
  try {
    await adapters.notifications.prepare();
    const url = await listen(app, configuration);
    adapters.projector.start();
    app.get(Sweeper).start();
    adapters.notifications.start(url);
    const unfollow = followKeyFile(configuration.keysFile, ring, log);
    const close = async () => {
      unfollow();
      await drain(app, configuration, log);
      await closeService(app, adapters, hangUp);
    };
    return { url, firstKeysFile, close };
  } catch (error) {
    await closeService(app, adapters, hangUp);
    throw error;
  }
}

/** Fastify's own `listen`, since Nest's logs a failure on top of throwing it. */
async function listen(app: NestFastifyApplication, { host, port }: Configuration): Promise<string> {
  await app.init();
  try {
    return await app.getHttpAdapter().getInstance().listen({ host, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'EADDRINUSE' ? new AddressInUse(host, port) : error;
  }
}

const openKeys = ({ keysFile, dataDir }: Configuration) =>
  openKeyFile(keysFile, join(dataDir, 'first-keys.json'));

async function openAdapters(
  { configuration, gateway, log, clock = systemClock, viewsOnThread = true }: DocketOptions,
  policy: Policy,
  keys: KeyRing,
  webhooks: WebhookTargets,
): Promise<Adapters> {
  const { maxViewLag, streams, oidc, limits } = configuration;
  const { follow, ...stores } = await serveStores(configuration, log, { onThread: viewsOnThread });
  const { eventStore, views } = stores;
  const database = await openQueue(configuration).catch(async (error: unknown) => {
    await views.close();
    await eventStore.close();
    throw error;
  });
  const projector = new Projector(eventStore, views, PROJECTIONS, reportTo(log), clock, follow);
  const parts = { store: eventStore, database, clock, log };
  const notifications = createNotifications(webhooks, configuration.webhooks, parts);
  const execution = executionSettings(configuration);
  return {
    ...stores,
    gateway,
    policy,
    keys,
    tokens: oidc && openTokenVerifier(oidc, clock, log),
    limits: new Limits(limits, () => clock.now().getTime()),
    projector,
    notifications,
    execution,
    maxViewLag,
    streams,
    clock,
    log,
  };
}

const executionSettings = ({
  executionDeadline: deadline,
  maxExecutions,
  maxExecutionsPerAgent,
  maxExecutionsPerRequester,
}: Configuration): Adapters['execution'] => ({
  deadline,
  maxExecutions,
  maxExecutionsPerAgent,
  maxExecutionsPerRequester,
});

/** Load balancers see that it is not ready, and send callers elsewhere before they would find nobody. */
async function drain(
  app: NestFastifyApplication,
  { drainDelay }: Configuration,
  log: Logger,
): Promise<void> {
  log.info({ drainDelay }, 'it is shutting down');
  app.get(Shutdown).begin();
  await sleep(drainDelay);
}

async function closeService(
  app: NestFastifyApplication,
  { log, projector, notifications, views, eventStore }: Adapters,
  hangUp: HangUp,
): Promise<void> {
  const working = [
    () => app.get(Sweeper).stop(),
    hangUp,
    () => app.get(Executions).stop(),
    () => notifications.stop(),
  ];
  await Promise.all(working.map((step) => closeAll(log, [step])));
  await closeAll(log, [() => app.get(AccessLog).stop()]);
  await closeAll(log, [
    () => projector.stop(),
    () => notifications.close(),
    () => views.close(),
    () => eventStore.close(),
  ]);
}
