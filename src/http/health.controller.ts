import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Readiness, readinessReport, type ReadinessReport } from './readiness.js';

const liveness = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Liveness' });

@ApiTags('operation')
@Controller()
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('healthz')
  @ApiOperation({ summary: 'Whether the process lives' })
  @ApiResponse({ status: 200, standardSchema: liveness })
  live(): z.infer<typeof liveness> {
    return { status: 'ok' };
  }

  @Get('readyz')
  @ApiOperation({
    summary: 'Whether it can take requests: 200, otherwise 503, and what is missing',
  })
  @ApiResponse({ status: 200, standardSchema: readinessReport })
  @ApiResponse({ status: 503, standardSchema: readinessReport, description: 'Not now' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessReport> {
    const report = await this.readiness.report();
    void reply.status(report.ready ? 200 : 503);
    return report;
  }
}
