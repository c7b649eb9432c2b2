import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module, type Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createInMemoryEventStore } from '../event-store/in-memory/in-memory-event-store.js';
import { createHttpApp } from '../http/create-http-app.js';
import { systemClock } from '../runtime/clock.js';
import { CLOCK } from '../runtime/injection.js';
import { createLogger } from '../runtime/logger.js';
import { ACCESS_LOG_SETTINGS, AccessLog } from './access-log.js';
import { Audited } from './audited.decorator.js';
import { recordAccesses } from './record-accesses.js';

@Controller('v1/forgotten')
class ForgottenController {
  @Get()
  read(): object {
    return {};
  }
}

@Controller('v1/silent')
class SilentController {
  @Get()
  @Audited('trace.read')
  read(): object {
    return { content: 'a secret' };
  }
}

@Module({})
class TestModule {}

describe('Routes under /v1', () => {
  const log = createLogger('silent');
  let app: NestFastifyApplication | undefined;
  let accesses: AccessLog;

  afterEach(async () => {
    await app?.close();
    await accesses.stop();
  });

  async function appOf(controller: Type, settings = ACCESS_LOG_SETTINGS) {
    accesses = new AccessLog(createInMemoryEventStore(), log, settings);
    const providers = [
      { provide: AccessLog, useValue: accesses },
      { provide: CLOCK, useValue: systemClock },
    ];
    app = await createHttpApp({ module: TestModule, controllers: [controller], providers }, log);
    recordAccesses(app);
    return app;
  }

  it('stop the start when they do not say what their calls are in the access log', async () => {
    const made = await appOf(ForgottenController);
    await expect(made.init()).rejects.toThrow('/v1/forgotten does not say what its calls are');
  });

  it('answer nothing when they do not say what they show', async () => {
    const made = await appOf(SilentController);
    await made.init();
    const answer = await made.inject('/v1/silent');
    expect([answer.statusCode, answer.body.includes('secret')]).toEqual([500, false]);
  });

  it('answer nothing while nothing can be recorded', async () => {
    const made = await appOf(SilentController, { ...ACCESS_LOG_SETTINGS, maxWaiting: 0 });
    await made.init();
    const answer = await made.inject('/v1/silent');
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ code: 'access-not-recordable' });
    expect(answer.headers['retry-after']).toBe('5');
    expect([accesses.waiting, accesses.turnedAway]).toEqual([0, 1]);
  });
});
