import { Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Audited } from '../../access-log/audited.decorator.js';
import { callerActing } from '../../governed-request/acting.js';
import { ApiProblems } from '../../http/api-problems.decorator.js';
import { Caller } from '../../identity/caller.decorator.js';
import { hasRole, type Principal } from '../../identity/principal.js';
import { Roles } from '../../identity/roles.decorator.js';
import type { Clock } from '../../runtime/clock.js';
import { CLOCK } from '../../runtime/injection.js';
import {
  delegationId,
  showDelegation,
  shownDelegation,
  type ShownDelegation,
} from '../delegation.schema.js';
import { RevokeDelegation } from './revoke-delegation.command.js';

@ApiTags('approvals')
@ApiBearerAuth()
@Controller('v1/delegations')
export class RevokeDelegationController {
  constructor(
    private readonly commands: CommandBus,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post(':id/revocation')
  @HttpCode(200)
  @Roles(['approver', 'admin'])
  @Audited('delegation.revoke')
  @ApiOperation({ summary: 'Take a delegation back; it ends at once' })
  @ApiResponse({ status: 200, standardSchema: shownDelegation })
  @ApiProblems('invalid-request', 'delegation-not-found', 'delegation-over')
  async revoke(
    @Caller() caller: Principal,
    @Param('id', { schema: delegationId }) id: string,
  ): Promise<ShownDelegation> {
    const revocation = { id, by: caller.id, ofAnybody: hasRole(caller, 'admin') };
    const command = new RevokeDelegation(revocation, callerActing(caller));
    return showDelegation(await this.commands.execute(command), this.clock.now());
  }
}
