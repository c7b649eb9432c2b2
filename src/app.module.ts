import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import type { Logger } from 'pino';
import { AccessLog } from './access-log/access-log.js';
import { AccessLogController } from './access-log/access-log.controller.js';
import { DelegationRegister } from './delegation/delegation-register.js';
import { DelegationsController } from './delegation/delegations.controller.js';
import { GrantDelegationHandler } from './delegation/grant-delegation/grant-delegation.command.js';
import { GrantDelegationController } from './delegation/grant-delegation/grant-delegation.controller.js';
import { RevokeDelegationHandler } from './delegation/revoke-delegation/revoke-delegation.command.js';
import { RevokeDelegationController } from './delegation/revoke-delegation/revoke-delegation.controller.js';
import type { EventStoreProbe } from './event-store/event-store-probe.js';
import type { EventStore } from './event-store/event-store.js';
import { AmendRequestHandler } from './governed-request/amend-request/amend-request.command.js';
import { ApproveRequestHandler } from './governed-request/decide-approval/approve-request.command.js';
import { DecideApprovalController } from './governed-request/decide-approval/decide-approval.controller.js';
import { RejectRequestHandler } from './governed-request/decide-approval/reject-request.command.js';
import { AbandonExecutionHandler } from './governed-request/execute-request/abandon-execution.command.js';
import { EscalateApprovalHandler } from './governed-request/escalate-approval/escalate-approval.command.js';
import { ExecuteRequestHandler } from './governed-request/execute-request/execute-request.command.js';
import type { ExecutionSettings } from './governed-request/execute-request/execution-settings.js';
import { Executions } from './governed-request/execute-request/executions.js';
import { GatewayCircuit } from './governed-request/execute-request/gateway-circuit.js';
import { ExpireApprovalHandler } from './governed-request/expire-approval/expire-approval.command.js';
import { GovernedRequests } from './governed-request/governed-requests.js';
import { Sweeper } from './governed-request/recover-requests/sweeper.js';
import { RemindApproversHandler } from './governed-request/remind-approvers/remind-approvers.command.js';
import { RequestProgress } from './governed-request/request-progress.js';
import { AgentDirectory } from './governed-request/submit-request/agent-directory.js';
import { ResolveOutcomeHandler } from './governed-request/resolve-outcome/resolve-outcome.command.js';
import { ResolveOutcomeController } from './governed-request/resolve-outcome/resolve-outcome.controller.js';
import { SubmitRequestHandler } from './governed-request/submit-request/submit-request.command.js';
import { SubmitRequestController } from './governed-request/submit-request/submit-request.controller.js';
import { WithdrawRequestHandler } from './governed-request/withdraw-request/withdraw-request.command.js';
import { WithdrawRequestController } from './governed-request/withdraw-request/withdraw-request.controller.js';
import { HealthController } from './http/health.controller.js';
import { MetricsController } from './http/metrics.controller.js';
import { Readiness } from './http/readiness.js';
import { AuthorizationGuard } from './identity/authorization.guard.js';
import { Authenticator } from './identity/authenticator.js';
import type { KeyRing } from './identity/key-ring.js';
import type { TokenVerifier } from './identity/oidc/token-verifier.js';
import { Limits } from './identity/rate-limit/limits.js';
import { Notifications } from './notifications/notifications.js';
import { WebhooksController } from './notifications/webhooks.controller.js';
import type { AgentGateway } from './openclaw/agent-gateway.js';
import type { Policy } from './policy/policy.js';
import type { Clock } from './runtime/clock.js';
import {
  AGENT_GATEWAY,
  CLOCK,
  EVENT_STORE,
  EVENT_STORE_PROBE,
  EXECUTION_SETTINGS,
  LOGGER,
  MAX_VIEW_LAG,
  POLICY,
  STREAM_SETTINGS,
} from './runtime/injection.js';
import { Shutdown } from './runtime/shutdown.js';
import { ApprovalQueueController } from './views/approval-queue/approval-queue.controller.js';
import { ApprovalQueueQuery } from './views/approval-queue/approval-queue.query.js';
import type { ViewDatabase } from './views/database/view-database.js';
import { EventLogController } from './views/event-log/event-log.controller.js';
import { EventFollower } from './views/event-log/event-follower.js';
import { EventStreamController } from './views/event-log/event-stream.controller.js';
import { EventStreams } from './views/event-log/event-streams.js';
import type { StreamSettings } from './views/event-log/stream-settings.js';
import { ExportsController } from './views/exports/exports.controller.js';
import { Projector } from './views/projector/projector.js';
import { ReadPosition } from './views/read-position.js';
import { RequestHistory } from './views/request-trace/request-history.js';
import { RequestStreamController } from './views/request-trace/request-stream.controller.js';
import { RequestTraceController } from './views/request-trace/request-trace.controller.js';
import { RequestTraceQuery } from './views/request-trace/request-trace.query.js';
import { RiskReportController } from './views/risk-report/risk-report.controller.js';
import { RiskReportQuery } from './views/risk-report/risk-report.query.js';

/** Everything that stands behind a port, and how the service is set. */
export interface Adapters {
  readonly eventStore: EventStore;
  readonly eventStoreProbe: EventStoreProbe;
  readonly gateway: AgentGateway;
  readonly policy: Policy;
  readonly keys: KeyRing;
  /** Null where no issuer of tokens is set. */
  readonly tokens: TokenVerifier | null;
  readonly limits: Limits;
  readonly views: ViewDatabase;
  readonly projector: Projector;
  readonly notifications: Notifications;
  /** Milliseconds that a view may be behind the log in a service that is ready. */
  readonly maxViewLag: number;
  readonly execution: ExecutionSettings;
  readonly streams: StreamSettings;
  readonly clock: Clock;
  readonly log: Logger;
}

const HANDLERS = [
  SubmitRequestHandler,
  ApproveRequestHandler,
  RejectRequestHandler,
  AmendRequestHandler,
  WithdrawRequestHandler,
  ExecuteRequestHandler,
  AbandonExecutionHandler,
  EscalateApprovalHandler,
  RemindApproversHandler,
  ExpireApprovalHandler,
  ResolveOutcomeHandler,
  GrantDelegationHandler,
  RevokeDelegationHandler,
];

const CONTROLLERS = [
  SubmitRequestController,
  DecideApprovalController,
  WithdrawRequestController,
  ResolveOutcomeController,
  RequestTraceController,
  RequestStreamController,
  ApprovalQueueController,
  EventLogController,
  EventStreamController,
  RiskReportController,
  ExportsController,
  WebhooksController,
  AccessLogController,
  GrantDelegationController,
  RevokeDelegationController,
  DelegationsController,
  HealthController,
  MetricsController,
];

const SERVICES = [
  AgentDirectory,
  EventFollower,
  EventStreams,
  Executions,
  GatewayCircuit,
  Readiness,
  ReadPosition,
  RequestHistory,
  RequestProgress,
  Shutdown,
  Sweeper,
];

/** The service over whatever adapters it is given. */
@Module({})
export class AppModule {
  static over(adapters: Adapters): DynamicModule {
    return {
      module: AppModule,
      imports: [CqrsModule.forRoot()],
      controllers: CONTROLLERS,
      providers: [
        ...provided(adapters),
        ...HANDLERS,
        ...SERVICES,
        { provide: APP_GUARD, useClass: AuthorizationGuard },
      ],
    };
  }
}

function provided(adapters: Adapters): Provider[] {
  const { eventStore, clock, views, keys, tokens, limits } = adapters;
  return [
    { provide: EVENT_STORE, useValue: eventStore },
    { provide: EVENT_STORE_PROBE, useValue: adapters.eventStoreProbe },
    { provide: AGENT_GATEWAY, useValue: adapters.gateway },
    { provide: POLICY, useValue: adapters.policy },
    { provide: EXECUTION_SETTINGS, useValue: adapters.execution },
    { provide: STREAM_SETTINGS, useValue: adapters.streams },
    { provide: MAX_VIEW_LAG, useValue: adapters.maxViewLag },
    { provide: CLOCK, useValue: clock },
    { provide: LOGGER, useValue: adapters.log },
    { provide: Limits, useValue: limits },
    { provide: Authenticator, useValue: new Authenticator(keys, tokens, limits) },
    { provide: AccessLog, useValue: new AccessLog(eventStore, adapters.log) },
    { provide: Projector, useValue: adapters.projector },
    { provide: Notifications, useValue: adapters.notifications },
    { provide: GovernedRequests, useValue: new GovernedRequests(eventStore, () => clock.now()) },
    {
      provide: DelegationRegister,
      useValue: new DelegationRegister(eventStore, () => clock.now()),
    },
    { provide: RequestTraceQuery, useValue: new RequestTraceQuery(views) },
    { provide: ApprovalQueueQuery, useValue: new ApprovalQueueQuery(views) },
    { provide: RiskReportQuery, useValue: new RiskReportQuery(views) },
  ];
}
