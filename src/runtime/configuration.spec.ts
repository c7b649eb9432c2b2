import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ConfigurationError } from './configuration.error.js';
import { readConfiguration } from './configuration.js';

describe('The configuration', () => {
  it('needs no setting at all', () => {
    expect(readConfiguration({ PATH: '/bin' })).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      dataDir: resolve('data'),
      keysFile: resolve('data/keys.json'),
      eventStore: 'sqlite',
      executionDeadline: 180_000,
      maxExecutions: 16,
      maxExecutionsPerAgent: 16,
      maxExecutionsPerRequester: 16,
      drainDelay: 0,
      corsOrigins: [],
      gateway: null,
      openAiApiKey: null,
      oidc: null,
      limits: { perIdentity: 0, failuresPerAddress: 600 },
    });
  });

  it('takes the tokens of an issuer with little more than its name', () => {
    const env = { DOCKET_OIDC_ISSUER: 'https://id.example/realms/a', DOCKET_OIDC_AUDIENCE: 'a, b' };
    const usual = {
      issuer: 'https://id.example/realms/a',
      audiences: ['a', 'b'],
      identityClaim: 'sub',
      rolesClaim: 'roles',
      roles: null,
      groupsClaim: 'groups',
      kindClaim: null,
      clockSkew: 30_000,
    };
    expect(readConfiguration(env).oidc).toEqual(usual);
    const more = {
      DOCKET_OIDC_ISSUER: 'http://127.0.0.1:8080',
      DOCKET_OIDC_ROLES_CLAIM: 'realm_access.roles',
      DOCKET_OIDC_ROLES: 'Docket Approvers=approver, a=b=auditor,Docket Approvers=requester',
      DOCKET_OIDC_KIND_CLAIM: 'idtyp',
      DOCKET_OIDC_CLOCK_SKEW: '0',
    };
    expect(readConfiguration({ ...env, ...more }).oidc).toEqual({
      ...usual,
      issuer: 'http://127.0.0.1:8080',
      rolesClaim: 'realm_access.roles',
      roles: new Map([
        ['Docket Approvers', ['approver', 'requester']],
        ['a=b', ['auditor']],
      ]),
      kindClaim: 'idtyp',
      clockSkew: 0,
    });
  });

  it('takes no issuer without an audience', () => {
    const read = () => readConfiguration({ DOCKET_OIDC_ISSUER: 'https://id.example' });
    expect(read).toThrow(/^DOCKET_OIDC_AUDIENCE: is needed/);
  });

  it('takes what is set, and an empty variable as not set', () => {
    const env = {
      DOCKET_PORT: '0',
      DOCKET_DATA_DIR: '/tmp/x',
      DOCKET_EXECUTION_DEADLINE: '5 s',
      DOCKET_MAX_EXECUTIONS: '20',
      DOCKET_MAX_EXECUTIONS_PER_AGENT: '8',
      DOCKET_DRAIN_DELAY: '10',
      DOCKET_CORS_ORIGINS: 'https://a.example, http://localhost:5173',
      DOCKET_EVENT_STORE: 'esdb://localhost:2113?tls=false',
      DOCKET_HOST: '',
      OPENCLAW_URL: 'http://127.0.0.1:18789',
      OPENCLAW_TOKEN: 't',
    };
    expect(readConfiguration(env)).toMatchObject({
      host: '127.0.0.1',
      port: 0,
      dataDir: '/tmp/x',
      keysFile: '/tmp/x/keys.json',
      executionDeadline: 5_000,
      maxExecutions: 20,
      maxExecutionsPerAgent: 8,
      maxExecutionsPerRequester: 20,
      drainDelay: 10_000,
      corsOrigins: ['https://a.example', 'http://localhost:5173'],
      eventStore: 'esdb://localhost:2113?tls=false',
      gateway: { url: 'http://127.0.0.1:18789', token: 't' },
    });
  });

  it('may hold the key of the commands that ask a running service', () => {
    expect(() => readConfiguration({ DOCKET_KEY: 'docket_x' })).not.toThrow();
  });

  it.each([
    ['DOCKET_PORT', 'secret'],
    ['DOCKET_PORT', '65536'],
    ['DOCKET_PORT', '-1'],
    ['DOCKET_PORT', '1.5'],
    ['DOCKET_MAX_EXECUTIONS', '0'],
    ['DOCKET_MAX_EXECUTIONS', '10001'],
    ['DOCKET_MAX_EXECUTIONS_PER_AGENT', '0'],
    ['DOCKET_MAX_EXECUTIONS_PER_REQUESTER', 'secret'],
    ['DOCKET_EXECUTION_DEADLINE', '0'],
    ['DOCKET_EXECUTION_DEADLINE', '3 m'],
    ['DOCKET_EXECUTION_DEADLINE', '86401'],
    ['DOCKET_CORS_ORIGINS', '*'],
    ['DOCKET_CORS_ORIGINS', 'http://secret.example'],
    ['DOCKET_CORS_ORIGINS', 'https://secret.example/'],
    ['DOCKET_DRAIN_DELAY', '-1'],
    ['DOCKET_DRAIN_DELAY', '601'],
    ['DOCKET_EVENT_STORE', 'postgres://secret'],
    ['DOCKET_VIEWS', 'mysql://secret'],
    ['DOCKET_OIDC_ISSUER', 'http://secret.example'],
    ['DOCKET_OIDC_ISSUER', 'secret'],
    ['DOCKET_OIDC_ISSUER', 'https://id.example?secret'],
    ['DOCKET_OIDC_ISSUER', 'https://user:secret@id.example'],
    ['DOCKET_OIDC_AUDIENCE', ' , '],
    ['DOCKET_OIDC_ROLES', 'secret=king'],
    ['DOCKET_OIDC_ROLES', '=auditor'],
    ['DOCKET_OIDC_CLOCK_SKEW', '301'],
    ['DOCKET_RATE_LIMIT', '-1'],
    ['DOCKET_AUTH_FAILURE_LIMIT', '1.5'],
    ['DOCKET_LOG_LEVEL', 'loud'],
    ['OPENCLAW_URL', 'ftp://secret'],
    ['OPENCLAW_TOKEN', 'secret'],
    ['DOCKET_COLOUR', 'secret'],
  ])(
    'with a wrong %s (%s) is refused in one line that names it and not its value',
    (name, value) => {
      const read = () => readConfiguration({ [name]: value });
      expect(read).toThrow(ConfigurationError);
      expect(read).toThrow(
        name === 'OPENCLAW_TOKEN' ? /^OPENCLAW_URL: [^\n]+$/ : new RegExp(`^${name}: [^\\n]+$`),
      );
      expect(read).not.toThrow(/secret/);
    },
  );

  it('names everything that is wrong at once', () => {
    const read = () => readConfiguration({ DOCKET_PORT: 'x', DOCKET_MAX_EXECUTIONS: 'x' });
    expect(read).toThrow(/DOCKET_PORT: .+; DOCKET_MAX_EXECUTIONS: /);
  });
});
