import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { startDocket } from '../../docket.js';
import { openGateway } from '../../openclaw/open-gateway.js';
import { closeAll } from '../../runtime/close-all.js';
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

async function demo({ once: endsAfterTable }: { readonly once?: true }): Promise<void> {
  const configuration = await demoConfiguration();
  const log = createLogger(process.env['DOCKET_LOG_LEVEL'] ? configuration.logLevel : 'warn');
  const stopped = untilStopped();
  const opened = await openGateway(configuration, log, process.stderr);
  const steps = [() => opened.close()];
  try {
    print(`Docket drives ${opened.description}.`);
    const stoppedEarly = await Promise.race([opened.ready(), stopped.then(() => true)]);
    if (stoppedEarly) return;
    const docket = await startDocket({ configuration, gateway: opened.gateway, log });
    steps.unshift(() => docket.close());
    const keys = join(configuration.dataDir, 'first-keys.json');
    const failures = await tellStories(clientOf(docket.url, keys));
    print(`\nDocket serves at ${docket.url}, its API is described at ${docket.url}/docs`);
    print(`Keys to call it with: ${keys}`);
    if (failures > 0)
      throw new CommandFailed(`${failures} requests ended otherwise than expected.`);
    if (endsAfterTable) return;
    print('Press Ctrl-C to stop.');
    await stopped;
  } finally {
    await closeAll(log, steps);
  }
}

/** A data directory of its own, so that a demo never mixes with what a service recorded; any free port if 3000 is taken. */
async function demoConfiguration(): Promise<Configuration> {
  const configuration = readConfiguration(process.env);
  const dataDir = join(configuration.dataDir, 'demo');
  const keysFile = join(dataDir, 'keys.json');
  const { host, port } = configuration;
  const chosen = process.env['DOCKET_PORT'] || (await isFree(host, port)) ? port : 0;
  return { ...configuration, dataDir, keysFile, port: chosen };
}

async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, host), 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
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
