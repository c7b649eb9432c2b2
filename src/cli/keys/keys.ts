import { Command } from 'commander';
import { createKeyCommand } from './create-key.js';
import { listKeysCommand } from './list-keys.js';
import { revokeKeyCommand } from './revoke-key.js';

export const keysCommand = new Command('keys')
  .description('Make, list and revoke API keys; a service that runs takes it up within two seconds')
  .addCommand(createKeyCommand)
  .addCommand(listKeysCommand)
  .addCommand(revokeKeyCommand);
