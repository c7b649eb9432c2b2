import Table from 'cli-table3';
import { Command } from 'commander';
import { principalOf, type StoredKey } from '../../identity/api-key.js';
import { readKeyFile } from '../../identity/key-file.js';
import { readConfiguration } from '../../runtime/configuration.js';
import { printable } from '../printable.js';

const EDGES = ['top', 'bottom', 'left', 'right', 'mid'];
/** Columns without a frame, as other tools print them. */
const NO_LINES = {
  ...Object.fromEntries(
    EDGES.flatMap((edge) => [edge, `${edge}-left`, `${edge}-mid`, `${edge}-right`]).map((name) => [
      name,
      '',
    ]),
  ),
  middle: '  ',
};

export const listKeysCommand = new Command('list')
  .description('Show whose keys there are, without anything that would let somebody use them')
  .action(list);

function list(): void {
  const { keysFile } = readConfiguration(process.env);
  const now = new Date();
  const table = new Table({
    head: ['id', 'identity', 'kind', 'roles', 'groups', 'created', 'expires', 'state'],
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...readKeyFile(keysFile).map((key) => rowOf(key, now)));
  process.stdout.write(`${table.toString()}\n`);
}

const rowOf = (key: StoredKey, now: Date): string[] => [
  key.id,
  printable(key.identity),
  principalOf(key).kind,
  key.roles.join(),
  printable(key.groups.join()),
  key.createdAt ?? 'unknown',
  key.expiresAt ?? 'never',
  stateOf(key, now),
];

function stateOf({ revokedAt, expiresAt }: StoredKey, now: Date): string {
  if (revokedAt !== null) return `revoked at ${revokedAt}`;
  return expiresAt !== null && new Date(expiresAt) <= now ? 'expired' : 'valid';
}
