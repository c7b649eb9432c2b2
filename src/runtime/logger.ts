import { pino, type Logger } from 'pino';
import type { LoggerService } from '@nestjs/common';
import type { Configuration } from './configuration.js';

/** JSON lines on standard error, so that what commands print on standard output stays theirs. */
export const createLogger = (level: Configuration['logLevel'] | 'silent'): Logger =>
  pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));

/** Nest's own messages, in the same form. */
export const nestLogger = (log: Logger): LoggerService => ({
  log: (message: unknown) => log.debug(String(message)),
  error: (message: unknown) => log.error(String(message)),
  warn: (message: unknown) => log.warn(String(message)),
});
