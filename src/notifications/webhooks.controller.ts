import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Accessed, type Access } from '../access-log/access.js';
import { Audited } from '../access-log/audited.decorator.js';
import { NOTHING_SHOWN } from '../access-log/shown.js';
import { ApiProblems } from '../http/api-problems.decorator.js';
import { Roles } from '../identity/roles.decorator.js';
import { Notifications, type EndpointStatus } from './notifications.js';
import {
  deadLetterPage,
  deadLettersQuery,
  endpointList,
  replayResult,
  testResult,
  type DeadLetterPage,
  type EndpointList,
  type ReplayResult,
  type TestResult,
} from './webhooks.schema.js';

@ApiTags('webhooks')
@ApiBearerAuth()
@Controller('v1/webhooks')
export class WebhooksController {
  constructor(private readonly notifications: Notifications) {}

  @Get()
  @Roles(['admin'])
  @Audited('webhooks.read')
  @ApiOperation({ summary: 'Every endpoint and what it has in the queue' })
  @ApiResponse({ status: 200, standardSchema: endpointList })
  @ApiProblems('invalid-request', 'views-unavailable')
  async endpoints(): Promise<EndpointList> {
    return { items: (await this.notifications.endpoints()).map(shown) };
  }

  @Get('dead-letters')
  @Roles(['admin'])
  @Audited('webhooks.read')
  @ApiOperation({ summary: 'Deliveries that were given up, the last one first' })
  @ApiResponse({ status: 200, standardSchema: deadLetterPage })
  @ApiProblems('invalid-request', 'invalid-cursor', 'views-unavailable')
  async deadLetters(
    @Query({ schema: deadLettersQuery }) query: z.infer<typeof deadLettersQuery>,
  ): Promise<DeadLetterPage> {
    const { items, nextCursor } = await this.notifications.deadLetters.list(query);
    return { items: [...items], nextCursor };
  }

  @Post('dead-letters/:id/replay')
  @HttpCode(200)
  @Roles(['admin'])
  @Audited('webhooks.replay')
  @ApiOperation({ summary: 'Queue one delivery anew that was given up' })
  @ApiResponse({ status: 200, standardSchema: replayResult })
  @ApiProblems(
    'invalid-request',
    'dead-letter-unknown',
    'webhook-endpoint-unknown',
    'views-unavailable',
  )
  async replay(@Accessed() access: Access, @Param('id') id: string): Promise<ReplayResult> {
    const replayed = await this.notifications.replay(id);
    access.shows(NOTHING_SHOWN);
    return { replayed };
  }

  @Post(':endpoint/replay')
  @HttpCode(200)
  @Roles(['admin'])
  @Audited('webhooks.replay')
  @ApiOperation({ summary: 'Queue everything anew that was given up for an endpoint' })
  @ApiResponse({ status: 200, standardSchema: replayResult })
  @ApiProblems('invalid-request', 'webhook-endpoint-unknown', 'views-unavailable')
  async replayAll(
    @Accessed() access: Access,
    @Param('endpoint') endpoint: string,
  ): Promise<ReplayResult> {
    const replayed = await this.notifications.replayAll(endpoint);
    access.shows(NOTHING_SHOWN);
    return { replayed };
  }

  @Post(':endpoint/test')
  @HttpCode(200)
  @Roles(['admin'])
  @Audited('webhooks.test')
  @ApiOperation({ summary: 'Send an endpoint a webhook of the type `webhook.test` now' })
  @ApiResponse({ status: 200, standardSchema: testResult })
  @ApiProblems('invalid-request', 'webhook-endpoint-unknown')
  async test(@Accessed() access: Access, @Param('endpoint') endpoint: string): Promise<TestResult> {
    const failure = await this.notifications.test(endpoint);
    access.shows(NOTHING_SHOWN);
    return {
      delivered: failure === null,
      failure: failure?.code ?? null,
      status: failure?.status ?? null,
    };
  }
}

function shown({
  endpoint,
  configured,
  isGone,
  ...queue
}: EndpointStatus): EndpointList['items'][number] {
  return {
    id: endpoint,
    state: configured ? (isGone ? 'gone' : 'active') : 'not-configured',
    origin: configured?.url.origin ?? null,
    events: [...(configured?.events ?? [])],
    risks: configured?.risks ? [...configured.risks] : null,
    groups: configured?.groups ? [...configured.groups] : null,
    ...queue,
  };
}
