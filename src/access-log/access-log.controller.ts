import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import type { EventStore } from '../event-store/event-store.js';
import { requestId } from '../governed-request/request-id.js';
import { ApiProblems } from '../http/api-problems.decorator.js';
import { limit } from '../http/query.js';
import { Roles } from '../identity/roles.decorator.js';
import type { Clock } from '../runtime/clock.js';
import { CLOCK, EVENT_STORE } from '../runtime/injection.js';
import { loggedEvent, loggedEventOf, type LoggedEvent } from '../views/event-log/logged-event.js';
import { Accessed, type Access } from './access.js';
import { readAccesses } from './access-log.query.js';
import { AccessLog } from './access-log.js';
import { Audited } from './audited.decorator.js';
import { shownEvents } from './shown.js';

/** Milliseconds that an answer waits for what this replica has not stored yet. */
const PATIENCE = 2_000;

const accessQuery = z.strictObject({
  /** In UTC; default: today. */
  day: z.iso.date().optional(),
  /** Who read or was refused. */
  identity: z.string().min(1).max(200).optional(),
  /** Id of a request that was read, or that a refused call named. */
  request: requestId.optional(),
  /** Version in the day's stream behind which the page begins. */
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  limit,
});

const accessPage = z
  .strictObject({
    items: z.array(loggedEvent),
    /** The `after` of the next page; null when the day has no more for now. */
    nextAfter: z.string().nullable(),
  })
  .meta({ id: 'AccessPage' });

@ApiTags('audit')
@ApiBearerAuth()
@Controller('v1/access')
export class AccessLogController {
  constructor(
    private readonly accesses: AccessLog,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Roles(['auditor', 'admin'])
  @Audited('access.read')
  @ApiOperation({ summary: 'Who read what on a day, and what was refused, oldest first' })
  @ApiResponse({ status: 200, standardSchema: accessPage })
  @ApiProblems('invalid-request')
  async read(
    @Accessed() access: Access,
    @Query({ schema: accessQuery })
    { day, after = -1, limit: most, ...asked }: z.infer<typeof accessQuery>,
  ): Promise<{ items: LoggedEvent[]; nextAfter: string | null }> {
    await this.accesses.flush(PATIENCE);
    const filter = { ...asked, day: day ?? this.clock.now().toISOString() };
    const page = await readAccesses(this.store, filter, { after, limit: most });
    access.shows({ ...shownEvents(page.events), withContent: false });
    return { items: page.events.map(loggedEventOf), nextAfter: page.nextAfter?.toString() ?? null };
  }
}
