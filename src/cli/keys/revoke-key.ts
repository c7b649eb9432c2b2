import { Command } from 'commander';
import type { StoredKey } from '../../identity/api-key.js';
import { changeKeyFile, readKeyFile } from '../../identity/key-file.js';
import { readConfiguration } from '../../runtime/configuration.js';
import { CommandFailed } from '../command-failed.js';
import { printable } from '../printable.js';

export const revokeKeyCommand = new Command('revoke')
  .description('Have a key refused from now on')
  .argument('<id>', 'the id of the key, as `docket keys list` and the events show it')
  .action(revoke);

function revoke(given: string): void {
  const id = given.replace(/^key:/, '');
  const { keysFile } = readConfiguration(process.env);
  const revokedAt = new Date().toISOString();
  // Without a file there is nothing to lock either.
  readKeyFile(keysFile);
  let revoked: StoredKey | undefined;
  changeKeyFile(keysFile, (keys) => {
    revoked = keys.find((key) => key.id === id);
    if (!revoked) throw new CommandFailed('There is no key of this id; see `docket keys list`.');
    return keys.map((key) =>
      key.id === id ? { ...key, revokedAt: key.revokedAt ?? revokedAt } : key,
    );
  });
  process.stdout.write(`The key ${id} of ${printable(revoked?.identity ?? '')} is revoked.\n`);
}
