import { Command } from 'commander';
import { openGateway } from '../openclaw/open-gateway.js';
import { closeAll } from '../runtime/close-all.js';
import { readConfiguration } from '../runtime/configuration.js';
import { createLogger } from '../runtime/logger.js';
import { exitWithin, STOP_WITHIN } from './exit-within.js';
import { untilStopped } from './until-stopped.js';

export const serveCommand = new Command('serve')
  .description('Run the service until it is stopped')
  .action(serve);

async function serve(): Promise<void> {
  const configuration = readConfiguration(process.env);
  // Not above: what the other commands need is loaded in a third of the time.
  const { startDocket } = await import('../docket.js');
  const log = createLogger(configuration.logLevel);
  const stopped = untilStopped();
  const progress = process.stderr.isTTY ? process.stderr : undefined;
  const opened = await openGateway(configuration, log, progress);
  const steps = [() => opened.close()];
  try {
    const docket = await startDocket({ configuration, gateway: opened.gateway, log });
    steps.unshift(() => docket.close());
    if (docket.firstKeysFile) process.stdout.write(`First keys: ${docket.firstKeysFile}\n`);
    process.stdout.write(`Docket listens at ${docket.url} (docs: ${docket.url}/docs)\n`);
    process.stdout.write(`It drives ${opened.description}\n`);
    const failed = opened.ready().then(
      () => new Promise<never>(() => {}),
      (error: unknown) => error,
    );
    const failure = await Promise.race([stopped, failed]);
    if (failure) throw failure;
  } finally {
    const closed = exitWithin(configuration.drainDelay + STOP_WITHIN, log);
    await closeAll(log, steps);
    closed();
  }
}
