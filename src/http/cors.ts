import type { NestFastifyApplication } from '@nestjs/platform-fastify';

const METHODS = ['GET', 'HEAD', 'POST'];
const REQUEST_HEADERS =
  'Authorization, Content-Type, Idempotency-Key, Prefer, X-Correlation-Id, Last-Event-ID';
const ANSWER_HEADERS =
  'Location, Preference-Applied, Retry-After, Content-Disposition, Docket-Next-After';
/** Seconds that a browser may remember it. */
const MAX_AGE = 600;

/** Lets pages of these origins call the service under a key of their own; without any, browsers keep all others out. */
export function allowOrigins(app: NestFastifyApplication, origins: readonly string[]): void {
  if (origins.length === 0) return;
  app.enableCors({
    origin: [...origins],
    methods: METHODS,
    allowedHeaders: REQUEST_HEADERS,
    exposedHeaders: ANSWER_HEADERS,
    maxAge: MAX_AGE,
    strictPreflight: false,
  });
}
