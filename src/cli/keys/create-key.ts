import { Command, Option } from 'commander';
import { issueKey, type KeyHolder, type StoredKey } from '../../identity/api-key.js';
import { groupName } from '../../identity/group-name.js';
import { identityName, lookOf } from '../../identity/identity-name.js';
import { changeKeyFile } from '../../identity/key-file.js';
import { principalKind, role, type PrincipalKind, type Role } from '../../identity/principal.js';
import { readConfiguration } from '../../runtime/configuration.js';
import { prepareDataDirectory } from '../../runtime/data-directory.js';
import { CommandFailed } from '../command-failed.js';
import { keyExpiry } from './key-expiry.js';

interface CreateOptions {
  readonly identity: string;
  readonly roles: string;
  readonly groups?: string;
  readonly kind?: PrincipalKind;
  readonly expires?: string;
}

export const createKeyCommand = new Command('create')
  .description('Make a key; it is printed this once, alone on standard output')
  .requiredOption('--identity <name>', 'who holds it; everything they do is recorded under this')
  .requiredOption('--roles <list>', `what it may do, separated by commas: ${role.options.join()}`)
  .option('--groups <list>', 'groups that policies name, separated by commas')
  .addOption(
    new Option(
      '--kind <kind>',
      'who holds it; without it machine for the role requester alone, else human',
    ).choices(principalKind.options),
  )
  .option('--expires <when>', 'after so long (90d, 12h) or at an ISO 8601 time; without it never')
  .action(create);

function create(options: CreateOptions): void {
  const { keysFile, dataDir } = readConfiguration(process.env);
  const now = new Date();
  const expiresAt = options.expires === undefined ? null : keyExpiry(options.expires, now);
  const { stored, plain } = issueKey(holderOf(options), now, expiresAt);
  prepareDataDirectory(dataDir);
  changeKeyFile(keysFile, (keys) => {
    refuseLookAlike(keys, stored.identity);
    return [...keys, stored];
  });
  process.stderr.write(`${descriptionOf(stored)} It is shown this once.\n`);
  process.stdout.write(`${plain}\n`);
}

const holderOf = ({ identity, roles, groups, kind }: CreateOptions): KeyHolder => ({
  id: checked('--identity', identityName.safeParse(identity)),
  roles: rolesNamed(roles),
  groups: [...new Set(listOf(groups ?? ''))].map((group) =>
    checked('--groups', groupName.safeParse(group)),
  ),
  kind,
});

const listOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');

function rolesNamed(text: string): readonly Role[] {
  const roles = [...new Set(listOf(text).map(roleNamed))];
  if (roles.length > 0) return roles;
  throw new CommandFailed(`--roles takes ${role.options.join(', ')}, separated by commas.`);
}

function roleNamed(name: string): Role {
  const { data } = role.safeParse(name);
  if (data !== undefined) return data;
  throw new CommandFailed(`--roles takes ${role.options.join(', ')}; there is no role ${name}.`);
}

type Checked =
  | { readonly success: true; readonly data: string }
  | {
      readonly success: false;
      readonly error: { readonly issues: readonly { message: string }[] };
    };

function checked(option: string, result: Checked): string {
  if (result.success) return result.data;
  throw new CommandFailed(`${option} ${result.error.issues[0]?.message ?? 'is not valid'}.`);
}

/** One person with two names would be two people to the rule of four eyes. */
function refuseLookAlike(keys: readonly StoredKey[], identity: string): void {
  const other = keys.find(
    (key) => key.identity !== identity && lookOf(key.identity) === lookOf(identity),
  );
  if (!other) return;
  throw new CommandFailed(
    `--identity looks like ${other.identity}, which has the key ${other.id}: write it the same way, or choose another.`,
  );
}

function descriptionOf({ id, identity, kind, roles, groups, expiresAt }: StoredKey): string {
  const who = [kind, roles.join(', '), ...(groups.length > 0 ? [`in ${groups.join(', ')}`] : [])];
  const until = expiresAt === null ? 'never expires' : `expires at ${expiresAt}`;
  return `The key ${id} of ${identity} (${who.join('; ')}) ${until}.`;
}
