import { Controller, Get, Inject, Query, StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Accessed, type Access, type Sending } from '../../access-log/access.js';
import { Audited } from '../../access-log/audited.decorator.js';
import type { EventStore, StoredEvent } from '../../event-store/event-store.js';
import { ApiProblems } from '../../http/api-problems.decorator.js';
import { pulledText } from '../../http/pulled-text.js';
import { position, time } from '../../http/query.js';
import { Caller } from '../../identity/caller.decorator.js';
import { hasRole, type Principal } from '../../identity/principal.js';
import { Roles } from '../../identity/roles.decorator.js';
import { EVENT_STORE } from '../../runtime/injection.js';
import { knownPosition } from '../known-position.js';
import { ReadPosition } from '../read-position.js';
import { requestTraceProjection } from '../request-trace/request-trace.projection.js';
import { RequestTraceQuery } from '../request-trace/request-trace.query.js';
import { EVENT_FORMATS, exportEvents } from './export-events.js';
import { exportRequests } from './export-requests.js';

const requestsQuery = z.strictObject({
  format: z.enum(['csv', 'jsonl']),
  from: time.optional(),
  to: time.optional(),
  minPosition: position.optional(),
});

const eventsQuery = z.strictObject({
  format: z.enum(EVENT_FORMATS),
  after: position.optional(),
  limit: z.coerce.number().int().min(1).optional(),
});

const CSV = 'text/csv; charset=utf-8';
const JSONL = 'application/x-ndjson; charset=utf-8';

@ApiTags('reports')
@ApiBearerAuth()
@Controller('v1/exports')
export class ExportsController {
  constructor(
    private readonly traces: RequestTraceQuery,
    private readonly positions: ReadPosition,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  @Get('requests')
  @Roles(['analyst', 'auditor'])
  @Audited('requests.export')
  @ApiOperation({ summary: 'Every request as a row; analysts get them without content' })
  @ApiProduces('text/csv', 'application/x-ndjson')
  @ApiResponse({
    status: 200,
    description: 'The rows, as they are read',
    schema: { type: 'string' },
  })
  @ApiProblems('invalid-request', 'invalid-position', 'view-behind')
  async requests(
    @Caller() caller: Principal,
    @Accessed() access: Access,
    @Query({ schema: requestsQuery })
    { format, minPosition, ...filter }: z.infer<typeof requestsQuery>,
  ): Promise<StreamableFile> {
    await this.positions.reached(requestTraceProjection.name, minPosition);
    const withoutContent = !hasRole(caller, 'auditor');
    const sending = access.begins({ requests: [], withContent: !withoutContent });
    const onWritten = (count: number) => sending.sentRows(count);
    const rows = exportRequests(this.traces, { format, filter, withoutContent, onWritten });
    return download(rows, `docket-requests.${format}`, sending);
  }

  @Get('events')
  @Roles(['analyst', 'auditor'])
  @Audited('events.export')
  @ApiOperation({ summary: 'Every event as a row, `trace-csv` as trace_id, ts, stage, payload' })
  @ApiProduces('text/csv', 'application/x-ndjson')
  @ApiResponse({
    status: 200,
    description: 'The rows, as they are read',
    schema: { type: 'string' },
  })
  @ApiProblems('invalid-request', 'invalid-position')
  async events(
    @Caller() caller: Principal,
    @Accessed() access: Access,
    @Query({ schema: eventsQuery }) { format, after = null, limit }: EventsQuery,
  ): Promise<StreamableFile> {
    if (after !== null) await knownPosition('after', this.store.readAll(after, 1));
    const withoutContent = !hasRole(caller, 'auditor');
    const sending = access.begins({ requests: [], withContent: !withoutContent });
    const onWritten = (events: readonly StoredEvent[]) => sending.sent(events);
    const rows = exportEvents(this.store, { format, after, limit, withoutContent, onWritten });
    const [name, ending] = format.startsWith('trace-')
      ? ['traces', format.slice(6)]
      : ['events', format];
    return download(rows, `docket-${name}.${ending}`, sending);
  }
}

type EventsQuery = Omit<z.infer<typeof eventsQuery>, 'after'> & { readonly after?: bigint | null };

const download = (
  rows: AsyncGenerator<string, void>,
  name: string,
  sending: Sending,
): StreamableFile =>
  new StreamableFile(
    pulledText(rows, () => sending.ended()),
    {
      type: name.endsWith('csv') ? CSV : JSONL,
      disposition: `attachment; filename="${name}"`,
    },
  );
