import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Accessed, type Access } from '../../access-log/access.js';
import { Audited } from '../../access-log/audited.decorator.js';
import { shownEvents } from '../../access-log/shown.js';
import type { EventStore } from '../../event-store/event-store.js';
import { ApiProblems } from '../../http/api-problems.decorator.js';
import { limit, position } from '../../http/query.js';
import { Roles } from '../../identity/roles.decorator.js';
import { EVENT_STORE } from '../../runtime/injection.js';
import { knownPosition } from '../known-position.js';
import { loggedEvent, loggedEventOf } from './logged-event.js';
import { include, logPage, type Include } from './shown-log.js';

const NDJSON = 'application/x-ndjson';

const eventsQuery = z.strictObject({
  /** Position of the event behind which the page begins. */
  after: position.optional(),
  limit,
  /** `access`: with the access log, which is left out otherwise. */
  include,
});

const eventPage = z
  .strictObject({
    items: z.array(loggedEvent),
    /** The `after` of the next page; also good for asking again later. */
    nextAfter: z.string().nullable(),
  })
  .meta({ id: 'EventPage' });
type EventPage = z.infer<typeof eventPage>;

@ApiTags('audit')
@ApiBearerAuth()
@Controller('v1/events')
export class EventLogController {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  @Get()
  @Roles(['auditor'])
  @Audited('log.read')
  @ApiOperation({ summary: 'The whole log in commit order' })
  @ApiProduces('application/json', NDJSON)
  @ApiResponse({ status: 200, standardSchema: eventPage })
  @ApiProblems('invalid-request', 'invalid-position')
  async read(
    @Accessed() access: Access,
    @Query({ schema: eventsQuery }) { after = null, ...asked }: EventsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EventPage | string> {
    const { events, end } = await knownPosition('after', logPage(this.store, { after, ...asked }));
    access.shows(shownEvents(events));
    const items = events.map(loggedEventOf);
    const nextAfter = end?.toString() ?? null;
    if (!request.headers.accept?.includes(NDJSON)) return { items, nextAfter };
    if (nextAfter !== null) void reply.header('docket-next-after', nextAfter);
    void reply.type(`${NDJSON}; charset=utf-8`);
    return items.map((item) => `${JSON.stringify(item)}\n`).join('');
  }
}

interface EventsQuery {
  readonly after?: bigint | null | undefined;
  readonly limit: number;
  readonly include: Include;
}
