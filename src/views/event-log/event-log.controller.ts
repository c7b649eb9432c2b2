import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { EventStore } from '../../event-store/event-store.js';
import { ApiProblems } from '../../http/api-problems.decorator.js';
import { limit, position } from '../../http/query.js';
import { Roles } from '../../identity/roles.decorator.js';
import { EVENT_STORE } from '../../runtime/injection.js';
import { knownPosition } from '../known-position.js';
import { loggedEvent, loggedEventOf } from './logged-event.js';

const NDJSON = 'application/x-ndjson';

const eventsQuery = z.strictObject({
  /** Position of the event behind which the page begins. */
  after: position.optional(),
  limit,
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
  @ApiOperation({ summary: 'The whole log in commit order' })
  @ApiProduces('application/json', NDJSON)
  @ApiResponse({ status: 200, standardSchema: eventPage })
  @ApiProblems('invalid-request', 'invalid-position')
  async read(
    @Query({ schema: eventsQuery }) { after = null, ...page }: EventsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EventPage | string> {
    const events = await knownPosition('after', this.store.readAll(after, page.limit));
    const items = events.map(loggedEventOf);
    const nextAfter = items.at(-1)?.position ?? after?.toString() ?? null;
    if (!request.headers.accept?.includes(NDJSON)) return { items, nextAfter };
    if (nextAfter !== null) void reply.header('docket-next-after', nextAfter);
    void reply.type(`${NDJSON}; charset=utf-8`);
    return items.map((item) => `${JSON.stringify(item)}\n`).join('');
  }
}

interface EventsQuery {
  readonly after?: bigint | null | undefined;
  readonly limit: number;
}
