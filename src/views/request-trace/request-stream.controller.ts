import { Controller, Get, Inject, Param, Res, type StreamableFile } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiHeader,
  ApiOperation,
  ApiProduces,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Accessed, type Access } from '../../access-log/access.js';
import { Audited } from '../../access-log/audited.decorator.js';
import { NOTHING_SHOWN } from '../../access-log/shown.js';
import type { EventStore, Position, StoredEvent } from '../../event-store/event-store.js';
import { endsRequest } from '../../governed-request/ends-request.js';
import { streamOf } from '../../governed-request/governed-request.codec.js';
import { requestId } from '../../governed-request/request-id.js';
import { ApiProblems } from '../../http/api-problems.decorator.js';
import { ParsedHeaders } from '../../http/parsed-headers.decorator.js';
import { Problem } from '../../http/problem.js';
import { EVENT_STREAM } from '../../http/server-sent-events.js';
import { Caller } from '../../identity/caller.decorator.js';
import type { Principal } from '../../identity/principal.js';
import { Roles } from '../../identity/roles.decorator.js';
import { EVENT_STORE } from '../../runtime/injection.js';
import { EventFollower, type Piece } from '../event-log/event-follower.js';
import { EventStreams } from '../event-log/event-streams.js';
import { LAST_EVENT_ID, resumeHeaders, type ResumeHeaders } from '../event-log/resume-headers.js';
import { readableEvents } from './readable-events.js';

@ApiTags('requests')
@ApiBearerAuth()
@Controller('v1/requests/:id/stream')
export class RequestStreamController {
  constructor(
    private readonly streams: EventStreams,
    private readonly follower: EventFollower,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  @Get()
  @Roles(['requester', 'approver', 'auditor'])
  @Audited('stream.read')
  @ApiOperation({ summary: 'The events of a request, and each new one until none can follow' })
  @ApiHeader(LAST_EVENT_ID)
  @ApiProduces(EVENT_STREAM)
  @ApiResponse({
    status: 200,
    description: 'Server-sent events: `id` the position, `event` the type, `data` the event',
    schema: { type: 'string' },
  })
  @ApiResponse({ status: 204, description: 'The last event was seen already' })
  @ApiProblems('invalid-request', 'invalid-position', 'request-not-found', 'too-many-streams')
  stream(
    @Caller() caller: Principal,
    @Accessed() access: Access,
    @Param('id', { schema: requestId }) id: string,
    @ParsedHeaders(resumeHeaders) headers: ResumeHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    return this.streams.serve(caller, reply, async (signal) => {
      const events = await readableEvents(this.store, caller, id);
      const seen = eventAt(events, headers['last-event-id']);
      if (seen !== null && endsRequest(seen.type)) {
        access.shows(NOTHING_SHOWN);
        return null;
      }
      const following = await this.follower.stream(streamOf(id), seen?.version ?? -1, signal);
      const sending = access.begins({ requests: [id], withContent: true });
      return { after: seen?.position ?? null, pieces: untilTheEnd(following), sending };
    });
  }
}

function eventAt(
  events: readonly StoredEvent[],
  position: Position | undefined,
): StoredEvent | null {
  if (position === undefined) return null;
  const event = events.find((one) => one.position === position);
  if (event) return event;
  const message = 'expected the position of an event of this request';
  throw new Problem('invalid-position', `No event of this request stands at ${position}.`, {
    errors: [{ path: 'last-event-id', message }],
  });
}

async function* untilTheEnd(pieces: AsyncIterable<Piece>): AsyncGenerator<Piece, void> {
  for await (const piece of pieces) {
    yield piece;
    if (piece.some(({ type }) => endsRequest(type))) return;
  }
}
