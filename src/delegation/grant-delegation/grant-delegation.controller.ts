import { Body, Controller, Inject, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { randomUUID } from 'node:crypto';
import { Audited } from '../../access-log/audited.decorator.js';
import { callerActing } from '../../governed-request/acting.js';
import { ApiProblems } from '../../http/api-problems.decorator.js';
import { Caller } from '../../identity/caller.decorator.js';
import type { Principal } from '../../identity/principal.js';
import { Roles } from '../../identity/roles.decorator.js';
import type { Clock } from '../../runtime/clock.js';
import { CLOCK } from '../../runtime/injection.js';
import {
  delegationBody,
  showDelegation,
  shownDelegation,
  type DelegationBody,
  type ShownDelegation,
} from '../delegation.schema.js';
import { GrantDelegation } from './grant-delegation.command.js';

@ApiTags('approvals')
@ApiBearerAuth()
@Controller('v1/delegations')
export class GrantDelegationController {
  constructor(
    private readonly commands: CommandBus,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post()
  @Roles(['approver'])
  @Audited('delegation.grant')
  @ApiOperation({ summary: 'Name a stand-in who decides in the caller’s place for a while' })
  @ApiResponse({ status: 201, standardSchema: shownDelegation })
  @ApiProblems(
    'invalid-request',
    'malformed-body',
    'body-too-large',
    'unsupported-media-type',
    'self-delegation',
    'not-own-group',
    'invalid-delegation-period',
    'delegation-exists',
  )
  async grant(
    @Caller() caller: Principal,
    @Body({ schema: delegationBody }) { comment, ...asked }: DelegationBody,
  ): Promise<ShownDelegation> {
    const own = { id: randomUUID(), from: caller.id, ownGroups: caller.groups };
    const grant = { ...asked, ...own, comment: comment ?? null };
    const granted = await this.commands.execute(new GrantDelegation(grant, callerActing(caller)));
    return showDelegation(granted, this.clock.now());
  }
}
