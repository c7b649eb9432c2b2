import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { FastifyInstance } from 'fastify';

const CHANNEL = 'fastify.initialization';

/**
 * Starts a service with `start`, and tells every route of its HTTP server, whether it is described or not, as in
 * `GET /v1/requests/{id}`.
 */
export async function withServedRoutes<T>(
  start: () => Promise<T>,
): Promise<{ readonly started: T; readonly routes: readonly string[] }> {
  const routes = new Set<string>();
  const watch = (message: unknown) => {
    const { fastify } = message as { readonly fastify: FastifyInstance };
    fastify.addHook('onRoute', ({ method, url }) => {
      for (const name of [method].flat()) {
        if (name !== 'HEAD') routes.add(`${name} ${url.replaceAll(/:(\w+)/g, '{$1}')}`);
      }
    });
  };
  subscribe(CHANNEL, watch);
  try {
    const started = await start();
    return { started, routes: [...routes].toSorted() };
  } finally {
    unsubscribe(CHANNEL, watch);
  }
}
