/** What Docket is compared with: the same route in a bare NestJS-Fastify application that decides and stores nothing. */
import 'reflect-metadata';
import { Body, Controller, HttpCode, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { sampleTrace } from './sample-trace.js';
import { serveBench } from './serve-bench.js';

@Controller('v1/requests')
class BareController {
  @Post()
  @HttpCode(202)
  submit(@Body() { request }: { request: string }) {
    return { ...sampleTrace, content: { kind: 'chat', request } };
  }
}

@Module({ controllers: [BareController] })
class BareModule {}

const app = await NestFactory.create(BareModule, new FastifyAdapter(), { logger: false });
await app.listen(0, '127.0.0.1');
serveBench({ url: await app.getUrl(), key: 'none' }, () => app.close());
