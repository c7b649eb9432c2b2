import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Audited } from '../../access-log/audited.decorator.js';
import { ApiProblems } from '../../http/api-problems.decorator.js';
import { position, time } from '../../http/query.js';
import { Roles } from '../../identity/roles.decorator.js';
import type { Clock } from '../../runtime/clock.js';
import { CLOCK } from '../../runtime/injection.js';
import { ReadPosition } from '../read-position.js';
import { INTERVALS } from './buckets.js';
import { riskReportProjection } from './risk-report.projection.js';
import { RiskReportQuery } from './risk-report.query.js';
import { GROUPINGS, riskReport, type RiskReport } from './risk-report.js';

const DAY = 86_400_000;
const DEFAULT_DAYS = 30;

const reportQuery = z.strictObject({
  /** Submitted then or later; default: 30 days before `to`. */
  from: time.optional(),
  /** Submitted before then; default: the end of today, in UTC. */
  to: time.optional(),
  interval: z.enum(INTERVALS).default('day'),
  groupBy: z.enum(GROUPINGS).default('risk'),
  minPosition: position.optional(),
});

@ApiTags('reports')
@ApiBearerAuth()
@Controller('v1/reports')
export class RiskReportController {
  constructor(
    private readonly reports: RiskReportQuery,
    private readonly positions: ReadPosition,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('risk')
  @Roles(['analyst', 'auditor'])
  @Audited('report.read')
  @ApiOperation({ summary: 'What was asked, how risky it was, how it was decided, how fast' })
  @ApiResponse({ status: 200, standardSchema: riskReport })
  @ApiProblems('invalid-request', 'invalid-range', 'interval-too-fine', 'invalid-position')
  async report(
    @Query({ schema: reportQuery }) { minPosition, ...asked }: z.infer<typeof reportQuery>,
  ): Promise<RiskReport> {
    await this.positions.reached(riskReportProjection.name, minPosition);
    const to = asked.to ?? endOfDay(this.clock.now());
    const from = asked.from ?? new Date(to.getTime() - DEFAULT_DAYS * DAY);
    return this.reports.report({ ...asked, from, to });
  }
}

const endOfDay = (now: Date): Date => new Date(Math.floor(now.getTime() / DAY) * DAY + DAY);
