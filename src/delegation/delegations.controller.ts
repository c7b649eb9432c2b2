import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Audited } from '../access-log/audited.decorator.js';
import { ApiProblems } from '../http/api-problems.decorator.js';
import { Caller } from '../identity/caller.decorator.js';
import { hasRole, type Principal } from '../identity/principal.js';
import { Roles } from '../identity/roles.decorator.js';
import type { Clock } from '../runtime/clock.js';
import { CLOCK } from '../runtime/injection.js';
import { DelegationRegister } from './delegation-register.js';
import { showDelegation, shownDelegation, type ShownDelegation } from './delegation.schema.js';

const delegationsQuery = z.strictObject({
  /** Only those that are so now; absent: all that are not over. */
  state: z.enum(['ahead', 'in-force', 'over']).optional(),
});

const delegationList = z
  .strictObject({ items: z.array(shownDelegation) })
  .meta({ id: 'DelegationList' });

@ApiTags('approvals')
@ApiBearerAuth()
@Controller('v1/delegations')
export class DelegationsController {
  constructor(
    private readonly register: DelegationRegister,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Roles(['approver', 'auditor', 'admin'])
  @Audited('delegations.read')
  @ApiOperation({ summary: 'Who stands in for whom: of oneself, or for auditors of everybody' })
  @ApiResponse({ status: 200, standardSchema: delegationList })
  @ApiProblems('invalid-request')
  async list(
    @Caller() caller: Principal,
    @Query({ schema: delegationsQuery }) { state }: z.infer<typeof delegationsQuery>,
  ): Promise<{ items: ShownDelegation[] }> {
    const now = this.clock.now();
    const isAll = hasRole(caller, 'auditor', 'admin');
    const own = (await this.register.read()).filter(
      ({ from, to }) => isAll || from === caller.id || to === caller.id,
    );
    const items = own
      .map((delegation) => showDelegation(delegation, now))
      .filter((shown) => (state === undefined ? shown.state !== 'over' : shown.state === state));
    return { items };
  }
}
