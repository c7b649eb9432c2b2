import { Body, Controller, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Accessed, type Access } from '../../access-log/access.js';
import { Audited } from '../../access-log/audited.decorator.js';
import { shownRequests } from '../../access-log/shown.js';
import { Gone } from '../../http/gone.decorator.js';
import { ParsedHeaders } from '../../http/parsed-headers.decorator.js';
import { parsePrefer } from '../../http/prefer.js';
import { ApiProblems } from '../../http/api-problems.decorator.js';
import { Caller } from '../../identity/caller.decorator.js';
import type { Principal } from '../../identity/principal.js';
import { Roles } from '../../identity/roles.decorator.js';
import { trace, type Trace } from '../../views/request-trace/trace.js';
import { callerActing } from '../acting.js';
import { RequestProgress } from '../request-progress.js';
import { AgentDirectory } from './agent-directory.js';
import { requestIdFor, submissionOf } from './submission.js';
import { SubmitRequest } from './submit-request.command.js';
import {
  requestBody,
  submissionHeaders,
  type RequestBody,
  type SubmissionHeaders,
} from './submit-request.schema.js';

@ApiTags('requests')
@ApiBearerAuth()
@Controller('v1/requests')
export class SubmitRequestController {
  constructor(
    private readonly commands: CommandBus,
    private readonly agents: AgentDirectory,
    private readonly progress: RequestProgress,
  ) {}

  @Post()
  @Roles(['requester'])
  @Audited('request.submit')
  @ApiOperation({ summary: 'Submit a request for an agent to carry out' })
  @ApiHeader({ name: 'Idempotency-Key', description: 'Makes it safe to repeat the call' })
  @ApiHeader({ name: 'Prefer', description: '`wait=<s>` (default 30) or `respond-async`' })
  @ApiHeader({ name: 'X-Correlation-Id', description: 'What the service calls this matter' })
  @ApiResponse({ status: 201, standardSchema: trace, description: 'It rests, or waits for people' })
  @ApiResponse({ status: 202, standardSchema: trace, description: 'It is still running' })
  @ApiResponse({ status: 200, standardSchema: trace, description: 'It was submitted before' })
  @ApiProblems(
    'invalid-request',
    'malformed-body',
    'unknown-agent',
    'idempotency-key-reused',
    'body-too-large',
    'unsupported-media-type',
    'saturated',
  )
  async submit(
    @Caller() caller: Principal,
    @Accessed() access: Access,
    @ParsedHeaders(submissionHeaders) headers: SubmissionHeaders,
    @Body({ schema: requestBody }) body: RequestBody,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Gone() gone: AbortSignal,
  ): Promise<Trace> {
    await this.agents.refuseUnknown(body.agent);
    const id = requestIdFor(caller.id, headers['idempotency-key']);
    const acting = callerActing(caller, headers['x-correlation-id']);
    const submission = submissionOf(id, caller.id, body);
    const submitted = await this.commands.execute(new SubmitRequest(id, submission, acting));
    const { wait, applied } = parsePrefer(headers.prefer);
    const { trace: answer, running } = await this.progress.after(submitted, wait, gone);
    if (submitted.position === null) access.shows(shownRequests([answer]));
    void reply.header('location', `/v1/requests/${id}`);
    if (applied) void reply.header('preference-applied', applied);
    void reply.status(submitted.position === null ? 200 : running ? 202 : 201);
    return answer;
  }
}
