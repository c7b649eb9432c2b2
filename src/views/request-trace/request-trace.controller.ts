import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Accessed, type Access } from '../../access-log/access.js';
import { Audited } from '../../access-log/audited.decorator.js';
import { shownEvents, shownRequests } from '../../access-log/shown.js';
import type { EventStore } from '../../event-store/event-store.js';
import { Executions } from '../../governed-request/execute-request/executions.js';
import { requestId } from '../../governed-request/request-id.js';
import { ApiProblems } from '../../http/api-problems.decorator.js';
import { Problem } from '../../http/problem.js';
import { Caller } from '../../identity/caller.decorator.js';
import type { Principal } from '../../identity/principal.js';
import { Roles } from '../../identity/roles.decorator.js';
import { visibleList, visibleTo, visibleVersions } from '../../identity/visibility.js';
import { EVENT_STORE } from '../../runtime/injection.js';
import { loggedEvent, loggedEventOf, type LoggedEvent } from '../event-log/logged-event.js';
import { knownPosition } from '../known-position.js';
import type { Page } from '../page.js';
import { ReadPosition } from '../read-position.js';
import { readableEvents, requestNotFound } from './readable-events.js';
import { RequestHistory } from './request-history.js';
import { requestTraceProjection } from './request-trace.projection.js';
import { RequestTraceQuery } from './request-trace.query.js';
import {
  listQuery,
  tracePage,
  traceQuery,
  type ListQuery,
  type TraceQuery,
} from './request-trace.schema.js';
import { trace, type RecordedTrace, type Trace } from './trace.js';
import { withPlace } from './with-place.js';

const READERS = ['requester', 'approver', 'auditor', 'analyst'] as const;

const requestEvents = z.strictObject({ items: z.array(loggedEvent) }).meta({ id: 'RequestEvents' });

@ApiTags('requests')
@ApiBearerAuth()
@Controller('v1/requests')
export class RequestTraceController {
  constructor(
    private readonly traces: RequestTraceQuery,
    private readonly history: RequestHistory,
    private readonly positions: ReadPosition,
    private readonly executions: Executions,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  @Get()
  @Roles(READERS)
  @Audited('list.read')
  @ApiOperation({ summary: 'Requests, newest first' })
  @ApiResponse({ status: 200, standardSchema: tracePage })
  @ApiProblems('invalid-request', 'invalid-cursor', 'invalid-position', 'view-behind')
  async list(
    @Caller() caller: Principal,
    @Accessed() access: Access,
    @Query({ schema: listQuery }) { minPosition, ...asked }: ListQuery,
  ): Promise<Page<Trace>> {
    await this.positions.reached(requestTraceProjection.name, minPosition);
    const page = await this.traces.list({ ...asked, ...visibleList(caller, asked) });
    const items = page.items.flatMap((item) => visibleTo(caller, item) ?? []);
    access.shows(shownRequests(items));
    return { ...page, items: items.map((item) => withPlace(item, this.executions)) };
  }

  @Get(':id')
  @Roles(READERS)
  @Audited('trace.read')
  @ApiOperation({ summary: 'The trace of a request, now or as of a past time' })
  @ApiResponse({ status: 200, standardSchema: trace })
  @ApiProblems(
    'invalid-request',
    'invalid-position',
    'request-not-found',
    'view-behind',
    'stream-unreadable',
  )
  async get(
    @Caller() caller: Principal,
    @Accessed() access: Access,
    @Param('id', { schema: requestId }) id: string,
    @Query({ schema: traceQuery }) { asOf, minPosition }: TraceQuery,
  ): Promise<Trace> {
    await this.positions.reached(requestTraceProjection.name, minPosition);
    if (asOf !== undefined) {
      const past = shown(caller, await knownPosition('asOf', this.history.trace(id, asOf)));
      const versions = await this.versions(caller, past);
      access.shows(shownRequests([past]));
      return { ...past, versions, queued: null };
    }
    const found = shown(caller, await this.traces.get(id));
    await this.refuseOutdated(id);
    const versions = await this.versions(caller, found);
    access.shows(shownRequests([found]));
    return withPlace(found, this.executions, versions);
  }

  @Get(':id/events')
  @Roles(['requester', 'approver', 'auditor'])
  @Audited('events.read')
  @ApiOperation({ summary: 'The events of a request, oldest first' })
  @ApiResponse({ status: 200, standardSchema: requestEvents })
  @ApiProblems('invalid-request', 'request-not-found')
  async events(
    @Caller() caller: Principal,
    @Accessed() access: Access,
    @Param('id', { schema: requestId }) id: string,
  ): Promise<{ items: LoggedEvent[] }> {
    const events = await readableEvents(this.store, caller, id);
    access.shows(shownEvents(events, [id]));
    return { items: events.map(loggedEventOf) };
  }

  private async versions(caller: Principal, found: RecordedTrace): Promise<Trace['versions']> {
    const versions = await this.history.versions(found);
    return versions && visibleVersions(caller, found.requester, versions);
  }

  /** A trace that ends before an event which nobody can read would pass for the whole. */
  private async refuseOutdated(id: string): Promise<void> {
    const reason = await this.traces.brokenAt(id);
    if (reason !== null) throw new Problem('stream-unreadable', reason);
  }
}

function shown(caller: Principal, found: RecordedTrace | null): RecordedTrace {
  const visible = found && visibleTo(caller, found);
  if (!visible) throw requestNotFound();
  return visible;
}
