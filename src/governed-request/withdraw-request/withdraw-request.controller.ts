import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Audited } from '../../access-log/audited.decorator.js';
import { ApiProblems } from '../../http/api-problems.decorator.js';
import { Caller } from '../../identity/caller.decorator.js';
import type { Principal } from '../../identity/principal.js';
import { Roles } from '../../identity/roles.decorator.js';
import { trace, type Trace } from '../../views/request-trace/trace.js';
import { callerActing } from '../acting.js';
import { comment } from '../decide-approval/decide-approval.schema.js';
import { requestId } from '../request-id.js';
import { RequestProgress } from '../request-progress.js';
import { WithdrawRequest } from './withdraw-request.command.js';

const withdrawalBody = z
  .strictObject({ comment: comment.optional() })
  .optional()
  .meta({ id: 'WithdrawalBody' });

@ApiTags('requests')
@ApiBearerAuth()
@Controller('v1/requests')
export class WithdrawRequestController {
  constructor(
    private readonly commands: CommandBus,
    private readonly progress: RequestProgress,
  ) {}

  @Post(':id/withdrawal')
  @HttpCode(200)
  @Roles(['requester'])
  @Audited('request.withdraw')
  @ApiOperation({ summary: 'Take back a request that was not started' })
  @ApiResponse({ status: 200, standardSchema: trace })
  @ApiProblems(
    'invalid-request',
    'malformed-body',
    'body-too-large',
    'unsupported-media-type',
    'request-not-found',
    'not-withdrawable',
  )
  async withdraw(
    @Caller() caller: Principal,
    @Param('id', { schema: requestId }) id: string,
    @Body({ schema: withdrawalBody }) body: z.infer<typeof withdrawalBody>,
  ): Promise<Trace> {
    const withdrawal = { requester: caller.id, comment: body?.comment ?? null };
    const command = new WithdrawRequest(id, withdrawal, callerActing(caller));
    const withdrawn = await this.commands.execute(command);
    return (await this.progress.after(withdrawn, 0)).trace;
  }
}
