import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { readSettings } from './real-settings.js';

const command = { DOCKET_TEST_EVENTSTOREDB_COMMAND: 'start-it' };
const at = (connectionString: string) => ({
  ...command,
  DOCKET_TEST_EVENTSTOREDB: connectionString,
});

describe('the settings of a run against a real server', () => {
  it.each([
    ['the command', {}, 'DOCKET_TEST_EVENTSTOREDB_COMMAND is not set'],
    ['the connection string', command, 'DOCKET_TEST_EVENTSTOREDB is not set'],
    ['a port', at('esdb://127.0.0.1?tls=false'), 'one server on this machine'],
    ['a server of this machine', at('esdb://db.example.com:2113'), 'one server on this machine'],
    ['a single server', at('esdb://127.0.0.1:1,127.0.0.1:2'), 'one server on this machine'],
  ])('say in one line when %s is missing', async (_, env, line) => {
    const settings = await readSettings(env);
    expect(settings).toContain(line);
    expect(settings).not.toContain('\n');
  });

  it('refuse a port at which a server runs that nobody here started', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const taken = await readSettings(at(`esdb://127.0.0.1:${port}?tls=false`));
    other.close();
    await once(other, 'close');

    expect(taken).toContain(`Port ${port} is taken`);
    expect(await readSettings(at(`esdb://127.0.0.1:${port}?tls=false`))).toMatchObject({
      command: 'start-it',
      address: { port },
    });
  });

  it('lead to the same server through another port', async () => {
    const settings = await readSettings(at('esdb://ada:secret@localhost:1/?tlsCAFile=/ca.pem'));
    expect(typeof settings === 'string' ? '' : settings.address.through(4_711)).toBe(
      'esdb://ada:secret@localhost:4711/?tlsCAFile=/ca.pem',
    );
  });
});
