import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Audited } from '../../access-log/audited.decorator.js';
import { ApiProblems } from '../../http/api-problems.decorator.js';
import { Caller } from '../../identity/caller.decorator.js';
import type { Principal } from '../../identity/principal.js';
import { Roles } from '../../identity/roles.decorator.js';
import { visibleTo } from '../../identity/visibility.js';
import { withoutContent } from '../../views/exports/without-content.js';
import { trace, type Trace } from '../../views/request-trace/trace.js';
import { callerActing } from '../acting.js';
import { requestId } from '../request-id.js';
import { RequestProgress } from '../request-progress.js';
import { ResolveOutcome } from './resolve-outcome.command.js';
import { resolutionBody, type ResolutionBody } from './resolve-outcome.schema.js';

@ApiTags('requests')
@ApiBearerAuth()
@Controller('v1/requests')
export class ResolveOutcomeController {
  constructor(
    private readonly commands: CommandBus,
    private readonly progress: RequestProgress,
  ) {}

  @Post(':id/resolution')
  @HttpCode(200)
  @Roles(['approver', 'admin'])
  @Audited('request.resolve')
  @ApiOperation({ summary: 'Say whether it ran, when the outcome of an execution is unknown' })
  @ApiResponse({ status: 200, standardSchema: trace })
  @ApiProblems(
    'invalid-request',
    'malformed-body',
    'body-too-large',
    'unsupported-media-type',
    'self-resolution',
    'request-not-found',
    'outcome-not-unknown',
    'already-resolved',
  )
  async resolve(
    @Caller() caller: Principal,
    @Param('id', { schema: requestId }) id: string,
    @Body({ schema: resolutionBody }) { outcome, comment }: ResolutionBody,
  ): Promise<Trace> {
    const resolution = { by: caller.id, outcome, comment };
    const command = new ResolveOutcome(id, resolution, callerActing(caller));
    const resolved = (await this.progress.after(await this.commands.execute(command), 0)).trace;
    // An administrator resolves what they may not read.
    return visibleTo(caller, resolved) ?? withoutContent(resolved);
  }
}
