import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import type { Docket, DocketOptions } from '../../docket.js';
import { openGateway } from '../../openclaw/open-gateway.js';
import { closeAll } from '../../runtime/close-all.js';
import { AddressInUse } from '../../runtime/configuration.error.js';
import { readConfiguration, type Configuration } from '../../runtime/configuration.js';
import { createLogger } from '../../runtime/logger.js';
import type { Trace } from '../../views/request-trace/trace.js';
import { CommandFailed } from '../command-failed.js';
import { untilStopped } from '../until-stopped.js';
import { DemoClient } from './demo-client.js';
import { DEMO_STORIES } from './demo-stories.js';
import { reportLines, traceTable } from './demo-table.js';
import { runStory } from './run-story.js';

export const demoCommand = new Command('demo')
  .description('Drive six governed requests through a real OpenClaw gateway, then keep serving')
  .option('--once', 'end after the table; exit code 0 only if every outcome was the expected one')
  .action(demo);

const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function demo({ once }: { readonly once?: true }): Promise<void> {
  const configuration = demoConfiguration();
  const log = createLogger(process.env['DOCKET_LOG_LEVEL'] ? configuration.logLevel : 'warn');
  const stopped = untilStopped();
  const opened = await openGateway(configuration, log, process.stderr);
  const steps = [() => opened.close()];
  const show = async (): Promise<void> => {
    print(`Docket drives ${opened.description}.`);
    await opened.ready();
    const docket = await startAnywhere({ configuration, gateway: opened.gateway, log });
    steps.unshift(() => docket.close());
    await tellAll(docket.url, join(configuration.dataDir, 'first-keys.json'));
    if (once) return;
    print('Press Ctrl-C to stop.');
    await stopped;
  };
  try {
    await Promise.race([show(), stopped]);
  } finally {
    await closeAll(log, steps);
  }
}

/** A data directory of its own, so that a demo never mixes with what a service recorded. */
function demoConfiguration(): Configuration {
  const configuration = readConfiguration(process.env);
  const dataDir = join(configuration.dataDir, 'demo');
  return { ...configuration, dataDir, keysFile: join(dataDir, 'keys.json'), drainDelay: 0 };
}

/** Starts the service, at any free port where nobody asked for the one that is taken. */
async function startAnywhere(options: DocketOptions): Promise<Docket> {
  const { startDocket } = await import('../../docket.js');
  try {
    return await startDocket(options);
  } catch (error) {
    if (!(error instanceof AddressInUse) || process.env['DOCKET_PORT']) throw error;
    return startDocket({ ...options, configuration: { ...options.configuration, port: 0 } });
  }
}

async function tellAll(url: string, keys: string): Promise<void> {
  const failures = await tellStories(clientOf(url, keys));
  print(`\nDocket serves at ${url}, its API is described at ${url}/docs`);
  print(`Keys to call it with: ${keys}`);
  if (failures > 0) throw new CommandFailed(`${failures} requests ended otherwise than expected.`);
}

function clientOf(url: string, keys: string): DemoClient {
  if (existsSync(keys)) return new DemoClient(url, keys);
  throw new CommandFailed(`${keys} is gone; remove its folder to begin anew.`);
}

/** Runs every story and prints what came of it; resolves to how many ended otherwise than expected. */
async function tellStories(client: DemoClient): Promise<number> {
  const traces: Trace[] = [];
  for (const [index, story] of DEMO_STORIES.entries()) {
    traces.push(await runStory(client, story, index + 1, print));
  }
  print(`\n${traceTable(traces)}`);
  const last = traces.at(-1)?.position ?? '0';
  print(reportLines(await client.riskReport(last)));
  await writeTraces(client);
  const unexpected = DEMO_STORIES.filter(({ risk, status }, index) => {
    const trace = traces[index];
    return trace?.classification?.risk !== risk || trace.status !== status;
  });
  for (const { title, risk, status } of unexpected) print(`NOT ${risk}, ${status}: ${title}`);
  return unexpected.length;
}

async function writeTraces(client: DemoClient): Promise<void> {
  for (const ending of ['csv', 'jsonl'] as const) {
    const file = resolve(`docket-traces.${ending}`);
    writeFileSync(file, await client.exportTraces(`trace-${ending}`), { mode: 0o600 });
    print(`Wrote ${file}`);
  }
}
