import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Accessed, type Access } from '../../access-log/access.js';
import { Audited } from '../../access-log/audited.decorator.js';
import { shownRequests } from '../../access-log/shown.js';
import { DelegationRegister } from '../../delegation/delegation-register.js';
import { delegatedRights } from '../../delegation/rights.js';
import { ApiProblems } from '../../http/api-problems.decorator.js';
import { limit, position } from '../../http/query.js';
import { Caller } from '../../identity/caller.decorator.js';
import type { Principal } from '../../identity/principal.js';
import { Roles } from '../../identity/roles.decorator.js';
import type { Clock } from '../../runtime/clock.js';
import { CLOCK } from '../../runtime/injection.js';
import type { Page } from '../page.js';
import { ReadPosition } from '../read-position.js';
import { approvalQueueProjection } from './approval-queue.projection.js';
import { ApprovalQueueQuery } from './approval-queue.query.js';
import { waitingItem, type WaitingItem } from './waiting-item.js';

const queueQuery = z.strictObject({
  limit,
  cursor: z.string().max(1_000).optional(),
  minPosition: position.optional(),
});

const waitingPage = z
  .strictObject({
    items: z.array(waitingItem),
    nextCursor: z.string().nullable(),
    position: z.string().nullable(),
  })
  .meta({ id: 'WaitingPage' });

@ApiTags('approvals')
@ApiBearerAuth()
@Controller('v1/approvals')
export class ApprovalQueueController {
  constructor(
    private readonly queue: ApprovalQueueQuery,
    private readonly positions: ReadPosition,
    private readonly register: DelegationRegister,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Roles(['approver'])
  @Audited('approvals.read')
  @ApiOperation({ summary: 'What this approver may decide now, oldest first' })
  @ApiResponse({ status: 200, standardSchema: waitingPage })
  @ApiProblems('invalid-request', 'invalid-cursor', 'invalid-position', 'view-behind')
  async list(
    @Caller() { id: approver, kind, groups }: Principal,
    @Accessed() access: Access,
    @Query({ schema: queueQuery }) { minPosition, ...page }: z.infer<typeof queueQuery>,
  ): Promise<Page<WaitingItem>> {
    await this.positions.reached(approvalQueueProjection.name, minPosition);
    const now = this.clock.now();
    const delegated = delegatedRights(await this.register.read(), approver, now);
    const asking = { approver, kind, groups, delegated, now };
    const waiting = await this.queue.list({ ...page, approver: asking });
    access.shows(shownRequests(waiting.items));
    return waiting;
  }
}
