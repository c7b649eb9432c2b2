import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { CommandBus, type Command } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Audited } from '../../access-log/audited.decorator.js';
import { DelegationRegister } from '../../delegation/delegation-register.js';
import { delegatedRights } from '../../delegation/rights.js';
import { ApiProblems } from '../../http/api-problems.decorator.js';
import { Gone } from '../../http/gone.decorator.js';
import { ParsedHeaders } from '../../http/parsed-headers.decorator.js';
import { preferHeaders, parsePrefer, type PreferHeaders } from '../../http/prefer.js';
import { Caller } from '../../identity/caller.decorator.js';
import type { Principal } from '../../identity/principal.js';
import { Roles } from '../../identity/roles.decorator.js';
import type { Clock } from '../../runtime/clock.js';
import { CLOCK } from '../../runtime/injection.js';
import { trace, type Trace } from '../../views/request-trace/trace.js';
import { callerActing } from '../acting.js';
import { AmendRequest } from '../amend-request/amend-request.command.js';
import type { Handled } from '../governed-requests.js';
import { Refused } from '../refused.js';
import { requestId } from '../request-id.js';
import { RequestProgress } from '../request-progress.js';
import { ApproveRequest } from './approve-request.command.js';
import { decisionBody, type DecisionBody } from './decide-approval.schema.js';
import { RejectRequest } from './reject-request.command.js';
import type { FindRights, Right } from './right.js';

@ApiTags('approvals')
@ApiBearerAuth()
@Controller('v1/requests')
export class DecideApprovalController {
  constructor(
    private readonly commands: CommandBus,
    private readonly progress: RequestProgress,
    private readonly register: DelegationRegister,
    @Inject(CLOCK) private readonly clock: Clock,
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
    'not-standing-in',
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
    @Body({ schema: decisionBody }) { standsInFor, ...body }: DecisionBody,
    @Gone() gone: AbortSignal,
  ): Promise<Trace> {
    const decideWith = (rights?: FindRights) =>
      this.commands.execute(commandOf(id, caller, body, rights));
    const decided =
      standsInFor === undefined
        ? await this.decidedByAnyRight(caller.id, decideWith)
        : await decideWith(() => this.rightsOf(caller.id, standsInFor));
    const { wait } = parsePrefer(prefer ?? 'wait=0');
    return (await this.progress.after(decided, wait, gone)).trace;
  }

  /** With the caller's own right, or where that is not eligible, with that of somebody they stand in for. */
  private async decidedByAnyRight<T>(
    caller: string,
    decideWith: (rights?: FindRights) => Promise<T>,
  ): Promise<T> {
    try {
      return await decideWith();
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== 'not-eligible') throw error;
      return decideWith(async () => {
        const rights = await this.delegatedTo(caller);
        if (rights.length === 0) throw error;
        return rights;
      });
    }
  }

  private async rightsOf(caller: string, standsInFor: string): Promise<readonly Right[]> {
    const rights = await this.delegatedTo(caller);
    const named = rights.filter((right) => right.standsInFor === standsInFor);
    if (named.length > 0) return named;
    throw new Refused('not-standing-in', `${caller} does not stand in for ${standsInFor} now.`);
  }

  /** As the register has them at this moment, so that a delegation that was revoked is none. */
  private async delegatedTo(caller: string): Promise<readonly Right[]> {
    return delegatedRights(await this.register.read(), caller, this.clock.now());
  }
}

type Said =
  | Omit<Extract<DecisionBody, { decision: 'amend' }>, 'standsInFor'>
  | Omit<Extract<DecisionBody, { decision: 'approve' | 'reject' }>, 'standsInFor'>;

function commandOf(
  id: string,
  caller: Principal,
  body: Said,
  rights?: FindRights,
): Command<Handled> {
  const acting = callerActing(caller);
  const { id: approver, kind, groups } = caller;
  const by = { approver, kind, groups, contentDigest: body.contentDigest };
  if (body.decision === 'amend') {
    const { comment, content } = body;
    return new AmendRequest(id, { ...by, comment, edit: content }, acting, rights);
  }
  const Decide = { approve: ApproveRequest, reject: RejectRequest }[body.decision];
  return new Decide(id, { ...by, comment: body.comment ?? null }, acting, rights);
}
