import { Command } from 'commander';
import { VERSION } from '../runtime/version.js';
import { demoCommand } from './demo/demo.js';
import { exportCommand } from './export.js';
import { keysCommand } from './keys/keys.js';
import { rebuildCommand } from './rebuild.js';
import { replayCommand } from './replay.js';
import { serveCommand } from './serve.js';
import { webhooksCommand } from './webhooks.js';

/** The whole command line; `docs/reference/cli.md` is written from it. */
export const docketCommand = new Command('docket')
  .description('Governance and audit for AI agents, in front of the OpenClaw gateway')
  .version(VERSION)
  .showHelpAfterError()
  .addCommand(serveCommand)
  .addCommand(demoCommand)
  .addCommand(replayCommand)
  .addCommand(exportCommand)
  .addCommand(rebuildCommand)
  .addCommand(keysCommand)
  .addCommand(webhooksCommand);
