import { isListening, parseServerAddress, type ServerAddress } from './server-address.js';

export interface RealSettings {
  /** A shell command line that runs the server in the foreground. */
  readonly command: string;
  readonly address: ServerAddress;
}

/** Resolves to the settings, or to the one line that says what is missing. */
export async function readSettings(
  env: Readonly<Record<string, string | undefined>>,
): Promise<RealSettings | string> {
  const command = env['DOCKET_TEST_EVENTSTOREDB_COMMAND']?.trim() ?? '';
  const connectionString = env['DOCKET_TEST_EVENTSTOREDB']?.trim() ?? '';
  if (command === '') {
    return 'DOCKET_TEST_EVENTSTOREDB_COMMAND is not set: it has to be the shell command line that runs an EventStoreDB of its own in the foreground, with its data on a disk.';
  }
  if (connectionString === '') {
    return 'DOCKET_TEST_EVENTSTOREDB is not set: it has to be the connection string of the server that DOCKET_TEST_EVENTSTOREDB_COMMAND starts.';
  }
  const address = parseServerAddress(connectionString);
  if (address === undefined) {
    return 'DOCKET_TEST_EVENTSTOREDB has to name one server on this machine with its port, as in esdb://127.0.0.1:2113?tls=false.';
  }
  // It would be killed by nobody, and the one that is started could not listen.
  if (await isListening(address.port)) {
    return `Port ${address.port} is taken: the server has to be started by DOCKET_TEST_EVENTSTOREDB_COMMAND alone.`;
  }
  return { command, address };
}
