import { Controller, Get, Inject, Query, Res, type StreamableFile } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiHeader,
  ApiOperation,
  ApiProduces,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Accessed, type Access } from '../../access-log/access.js';
import { Audited } from '../../access-log/audited.decorator.js';
import type { EventStore, Position } from '../../event-store/event-store.js';
import { ApiProblems } from '../../http/api-problems.decorator.js';
import { ParsedHeaders } from '../../http/parsed-headers.decorator.js';
import { position } from '../../http/query.js';
import { EVENT_STREAM } from '../../http/server-sent-events.js';
import { Caller } from '../../identity/caller.decorator.js';
import type { Principal } from '../../identity/principal.js';
import { Roles } from '../../identity/roles.decorator.js';
import { EVENT_STORE } from '../../runtime/injection.js';
import { knownPosition } from '../known-position.js';
import { EventFollower } from './event-follower.js';
import { EventStreams } from './event-streams.js';
import { LAST_EVENT_ID, resumeHeaders, type ResumeHeaders } from './resume-headers.js';
import { include, shownPieces } from './shown-log.js';

const NOW = 'now';

const streamQuery = z.strictObject({
  /** Position of the event behind which the stream begins, or `now`; without it: the first event. */
  after: z
    .union([z.literal(NOW), position], { error: 'expected a position, a decimal number, or now' })
    .optional(),
  /** `access`: with the access log, which is left out otherwise. */
  include,
});
type StreamQuery = z.infer<typeof streamQuery>;

@ApiTags('audit')
@ApiBearerAuth()
@Controller('v1/events/stream')
export class EventStreamController {
  constructor(
    private readonly streams: EventStreams,
    private readonly follower: EventFollower,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  @Get()
  @Roles(['auditor'])
  @Audited('log.follow')
  @ApiOperation({ summary: 'The whole log in commit order, and each new event as it commits' })
  @ApiHeader(LAST_EVENT_ID)
  @ApiProduces(EVENT_STREAM)
  @ApiResponse({
    status: 200,
    description: 'Server-sent events: `id` the position, `event` the type, `data` the event',
    schema: { type: 'string' },
  })
  @ApiProblems('invalid-request', 'invalid-position', 'too-many-streams')
  stream(
    @Caller() caller: Principal,
    @Accessed() access: Access,
    @Query({ schema: streamQuery }) { after, include: included }: StreamQuery,
    @ParsedHeaders(resumeHeaders) headers: ResumeHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    return this.streams.serve(caller, reply, async (signal) => {
      const start = await this.start(headers['last-event-id'], after);
      const pieces = shownPieces(await this.follower.log(start, signal), included);
      const sending = access.begins({ requests: [], withContent: true });
      return { after: start, pieces, sending };
    });
  }

  /** Where a reader was last is later than where its address says that it began. */
  private async start(
    seen: Position | undefined,
    after: StreamQuery['after'],
  ): Promise<Position | null> {
    if (seen !== undefined) return this.known('last-event-id', seen);
    if (after === NOW) return this.store.head();
    return after === undefined ? null : this.known('after', after);
  }

  private async known(parameter: string, after: Position): Promise<Position> {
    await knownPosition(parameter, this.store.readAll(after, 1));
    return after;
  }
}
