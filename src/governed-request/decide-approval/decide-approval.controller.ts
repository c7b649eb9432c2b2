import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Audited } from '../../access-log/audited.decorator.js';
import { ApiProblems } from '../../http/api-problems.decorator.js';
import { ParsedHeaders } from '../../http/parsed-headers.decorator.js';
import { preferHeaders, parsePrefer, type PreferHeaders } from '../../http/prefer.js';
import { Caller } from '../../identity/caller.decorator.js';
import type { Principal } from '../../identity/principal.js';
import { Roles } from '../../identity/roles.decorator.js';
import { trace, type Trace } from '../../views/request-trace/trace.js';
import { callerActing } from '../acting.js';
import { AmendRequest } from '../amend-request/amend-request.command.js';
import { requestId } from '../request-id.js';
import { RequestProgress } from '../request-progress.js';
import { ApproveRequest } from './approve-request.command.js';
import { decisionBody, type DecisionBody } from './decide-approval.schema.js';
import { RejectRequest } from './reject-request.command.js';

@ApiTags('approvals')
@ApiBearerAuth()
@Controller('v1/requests')
export class DecideApprovalController {
  constructor(
    private readonly commands: CommandBus,
    private readonly progress: RequestProgress,
  ) {}

  @Post(':id/decisions')
  @HttpCode(200)
  @Roles(['approver'])
  @Audited('request.decide')
  @ApiOperation({ summary: 'Approve, reject or amend exactly the content that waits' })
  @ApiHeader({ name: 'Prefer', description: '`wait=<s>` waits for the execution; default 0' })
  @ApiResponse({ status: 200, standardSchema: trace })
  @ApiProblems(
    'invalid-request',
    'malformed-body',
    'body-too-large',
    'unsupported-media-type',
    'comment-required',
    'self-approval',
    'human-required',
    'not-eligible',
    'request-not-found',
    'not-awaiting-approval',
    'content-changed',
    'already-decided',
    'approval-expired',
    'nothing-amended',
    'kind-changed',
    'too-many-amendments',
  )
  async decide(
    @Caller() caller: Principal,
    @ParsedHeaders(preferHeaders) { prefer }: PreferHeaders,
    @Param('id', { schema: requestId }) id: string,
    @Body({ schema: decisionBody }) body: DecisionBody,
  ): Promise<Trace> {
    const decided = await this.commands.execute(commandOf(id, caller, body));
    const { wait } = parsePrefer(prefer ?? 'wait=0');
    return (await this.progress.after(decided, wait)).trace;
  }
}

function commandOf(id: string, caller: Principal, body: DecisionBody) {
  const acting = callerActing(caller);
  const { id: approver, kind, groups } = caller;
  const by = { approver, kind, groups, contentDigest: body.contentDigest };
  if (body.decision === 'amend') {
    const { comment, content } = body;
    return new AmendRequest(id, { ...by, comment, edit: content }, acting);
  }
  const Decide = { approve: ApproveRequest, reject: RejectRequest }[body.decision];
  return new Decide(id, { ...by, comment: body.comment ?? null }, acting);
}
