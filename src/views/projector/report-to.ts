import type { Logger } from 'pino';
import type { ProjectorReport } from './projector-report.js';

/** Logs what the projector reports: what it cannot read or write as an error, the rest for information. */
export const reportTo =
  (log: Logger) =>
  (report: ProjectorReport): void => {
    switch (report.type) {
      case 'stream-broken':
        log.error(report, 'a view left a stream that it cannot read');
        return;
      case 'projecting-failed':
        log.error({ err: report.error, retryIn: report.retryIn }, 'the views could not be updated');
        return;
      case 'stream-healed':
        log.info(report, 'a view follows a stream again');
        return;
      case 'lease-taken':
        log.info('this process fills the views from now on');
        return;
      case 'lease-lost':
        log.warn('this process no longer has the right to fill the views');
        return;
      case 'view-emptied':
        log.info(report, 'a view came from another log and is filled anew');
        return;
    }
  };
