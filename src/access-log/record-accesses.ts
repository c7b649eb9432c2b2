import { randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { requestId } from '../governed-request/request-id.js';
import { Problem } from '../http/problem.js';
import { sendProblem } from '../http/problem.filter.js';
import type { Clock } from '../runtime/clock.js';
import { CLOCK } from '../runtime/injection.js';
import { Access, type Part } from './access.js';
import { AccessLog } from './access-log.js';
import type { AccessEvent } from './access-log.events.js';
import { ACTIONS, type Action } from './actions.js';
import type { Shown } from './shown.js';

const RECORDED_ROUTES = '/v1/';
const MAX_VALUE = 200;
/** More than any route knows; an address has room for thousands. */
const MAX_NAMES = 20;

const correlation = z.string().regex(/^[!-~]{1,200}$/);
const addressed = z.object({ id: requestId });
const query = z.record(z.string(), z.string()).transform(shortened);

/**
 * Has every call of a route with `@Audited` recorded before its answer goes out, without waiting for the record to be
 * stored. Calls are turned away where the log has no more room for them. A route under `/v1` that is not audited stops the
 * start. To be called before the application's routes are made.
 */
export function recordAccesses(app: NestFastifyApplication): void {
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  const recorder = new AccessRecorder(app.get(AccessLog), app.get<Clock>(CLOCK));
  fastify.addHook('onRoute', ({ url, config }) => {
    if (!url.startsWith(RECORDED_ROUTES) || config?.audited !== undefined) return;
    throw new Error(`${url} does not say what its calls are in the access log.`);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    if (recorder.admit(request, reply)) done();
  });
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    try {
      recorder.answer(request, reply);
      done();
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

/** Makes records of calls. */
class AccessRecorder {
  constructor(
    private readonly log: AccessLog,
    private readonly clock: Clock,
  ) {}

  /** Whether the call may go on; otherwise it is answered. */
  admit(request: FastifyRequest, reply: FastifyReply): boolean {
    const action = actionOf(request);
    if (action === undefined) return true;
    if (!this.log.admits()) {
      sendProblem(reply, unrecordable());
      return false;
    }
    request.access = new Access(randomUUID(), (part, shown) =>
      this.#record(
        request,
        this.#granted(request, action, { part, shown, status: reply.statusCode }),
      ),
    );
    return true;
  }

  answer(request: FastifyRequest, reply: FastifyReply): void {
    const [action, status] = [actionOf(request), reply.statusCode];
    if (action === undefined || !request.access) return;
    if (status >= 400) {
      const isRecorded = ACTIONS[action] === 'reads' || status < 500;
      if (isRecorded) this.#record(request, this.#refused(request, action, reply));
      return;
    }
    const { shown, part } = request.access;
    if (shown === null && ACTIONS[action] !== 'reads') return;
    if (shown === null) throw new Error(`A call of ${action} does not say what it shows.`);
    this.#record(request, this.#granted(request, action, { part, shown, status }));
  }

  #granted(
    request: FastifyRequest,
    action: Action,
    { part, shown, status }: { part: Part; shown: Shown; status: number },
  ): AccessEvent {
    const { principal, method } = request;
    if (!principal) throw new Error('Nobody is shown anything who is not known.');
    return {
      type: 'AccessGranted',
      data: {
        action,
        method,
        route: routeOf(request),
        query: query.safeParse(request.query).data ?? {},
        part,
        ...shown,
        status,
        at: this.clock.now().toISOString(),
      },
    };
  }

  #refused(request: FastifyRequest, action: Action, reply: FastifyReply): AccessEvent {
    const { principal, method } = request;
    // What a caller without a credential names may be anything, and as much as they like, as behind a limit of calls.
    const isHeard = principal && reply.statusCode !== 429;
    const named = isHeard ? addressed.safeParse(request.params).data : undefined;
    return {
      type: 'AccessRefused',
      data: {
        action,
        method,
        route: routeOf(request),
        requests: named ? [named.id] : [],
        status: reply.statusCode,
        code: reply.problemCode ?? 'internal-error',
        times: 1,
        // A connection that is gone already has no other end any more.
        address: principal ? null : (request.socket.remoteAddress ?? null),
        at: this.clock.now().toISOString(),
      },
    };
  }

  #record(request: FastifyRequest, event: AccessEvent): void {
    const callId = request.access?.id ?? randomUUID();
    const given = correlation.safeParse(request.headers['x-correlation-id']).data;
    const caller = request.principal ?? null;
    this.log.record({ caller, event, callId, correlationId: given ?? callId });
  }
}

/** Of what a caller put into the address, as much as fits into any record. */
function shortened(asked: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(asked).slice(0, MAX_NAMES);
  return Object.fromEntries(entries.map(([name, value]) => [cut(name), cut(value)]));
}

const cut = (text: string): string => text.slice(0, MAX_VALUE).toWellFormed();

const actionOf = ({ routeOptions }: FastifyRequest): Action | undefined =>
  routeOptions.config?.audited;

const routeOf = ({ routeOptions }: FastifyRequest): string => routeOptions.url ?? '';

const unrecordable = (): Problem =>
  new Problem('access-not-recordable', 'Nothing was done or shown; try again later.', {
    headers: { 'retry-after': '5' },
  });
