import { Controller, Get, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EventStoreError } from '../event-store/event-store.errors.js';
import { Saturated } from '../governed-request/execute-request/saturated.js';
import { Refused } from '../governed-request/refused.js';
import { ProblemFilter } from './problem.filter.js';
import { RouteTable } from './route-table.js';

const FAILURES: Readonly<Record<string, Error>> = {
  refused: new Refused('comment-required', 'Say why.'),
  full: new Saturated(64, 3),
  away: new EventStoreError('unavailable', 'The event log is on a full disk.', {
    cause: new Error('SQLITE_FULL'),
  }),
  wrong: new TypeError('Nobody expected it.'),
};

@Controller()
class FailingController {
  @Get(':how')
  fail(@Param('how') how: string): never {
    throw FAILURES[how] ?? new Error(how);
  }
}

@Module({ controllers: [FailingController] })
class FailingModule {}

describe('A call that fails', () => {
  let app: NestFastifyApplication;
  let logged: object[];

  beforeAll(async () => {
    const log = pino(
      { base: null, timestamp: false },
      { write: (line) => void logged.push(JSON.parse(line) as object) },
    );
    app = await NestFactory.create(FailingModule, new FastifyAdapter(), { logger: false });
    app.useGlobalFilters(
      new ProblemFilter(new RouteTable(app.getHttpAdapter().getInstance()), log),
    );
    await app.init();
  });
  beforeEach(() => {
    logged = [];
  });
  afterAll(() => app.close());

  it.each([
    ['refused', 400, 'for the caller to mend', []],
    ['full', 503, 'one of a flood', []],
    ['away', 503, 'over by itself', [{ level: 40, reason: 'The event log is on a full disk.' }]],
  ])('as it is %s is answered %i, and leaves what is %s: %j', async (how, status, _, lines) => {
    const answer = await app.inject(`/${how}`);
    expect(answer.statusCode).toBe(status);
    expect(logged).toMatchObject(lines);
    expect(logged).toHaveLength(lines.length);
    expect(JSON.stringify(logged)).not.toContain('stack');
  });

  it('as something is wrong with the service is answered with nothing of it, and leaves its stack in the log', async () => {
    const answer = await app.inject('/wrong');
    expect([answer.statusCode, answer.json()]).toMatchObject([500, { code: 'internal-error' }]);
    expect(answer.body).not.toContain('Nobody expected it');
    const stack = expect.stringContaining('Nobody expected it.\n    at ');
    expect(logged).toMatchObject([{ level: 50, err: { stack } }]);
  });
});
