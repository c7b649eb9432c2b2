import type { GatewayModel } from './gateway-configuration.js';
import type { GatewayFolder } from './gateway-folder.js';

/** What any program needs from the system it runs on, and no variable that could hold a secret. */
const SYSTEM = [
  'PATH',
  'LANG',
  'LC_ALL',
  'TZ',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'SystemRoot',
  'windir',
  'ComSpec',
  'PATHEXT',
];

/** A proxy may be the only way to a real model; for the rehearsal model on loopback it would only be in the way. */
const PROXY = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];

/**
 * The whole environment of the gateway's process. It keeps OpenClaw in its own folder and offline, and takes only what is
 * listed here from `parent`.
 */
export function gatewayEnvironment(
  folder: GatewayFolder,
  token: string,
  model: GatewayModel,
  parent: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const inherited = model.kind === 'openai' ? [...SYSTEM, ...PROXY] : SYSTEM;
  return {
    ...pick(parent, inherited),
    HOME: folder.home,
    USERPROFILE: folder.home,
    TMPDIR: folder.temporary,
    TEMP: folder.temporary,
    TMP: folder.temporary,
    OPENCLAW_HOME: folder.home,
    OPENCLAW_STATE_DIR: folder.state,
    OPENCLAW_CONFIG_PATH: folder.configuration,
    OPENCLAW_CONFIG_READONLY: '1',
    OPENCLAW_GATEWAY_TOKEN: token,
    OPENCLAW_OFFLINE: '1',
    OPENCLAW_NO_AUTO_UPDATE: '1',
    OPENCLAW_DISABLE_BONJOUR: '1',
    OPENCLAW_SKIP_CHANNELS: '1',
    ...(model.kind === 'openai' ? { OPENAI_API_KEY: model.apiKey } : {}),
  };
}

function pick(environment: NodeJS.ProcessEnv, names: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(
    names
      .filter((name) => environment[name] !== undefined)
      .map((name) => [name, environment[name]]),
  );
}
