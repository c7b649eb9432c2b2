import {
  EventStoreDBClient,
  type ChannelCredentialOptions,
  type DNSClusterOptions,
  type GossipClusterOptions,
  type SingleNodeOptions,
} from '@eventstore/db-client';
import { CallFailed } from './call-failure.js';
import type { Certificates } from './certificate-files.js';
import type { EventStoreDbAddress } from './connection-string.js';

/** As gRPC numbers the states of a channel. */
const isShutDown = (state: number): boolean => state === 4;

/** The package's client, kept from what it does wrong against a failing server. */
export class Client extends EventStoreDBClient {
  #channel: ReturnType<EventStoreDBClient['getChannel']> | undefined;

  static connect(address: EventStoreDbAddress, certificates: Certificates): Client {
    return new Client(
      { ...locationOf(address), ...settingsOf(address) },
      channelCredentials(address, certificates),
      address.credentials,
    );
  }

  private constructor(
    settings: SingleNodeOptions | GossipClusterOptions | DNSClusterOptions,
    channel: ChannelCredentialOptions,
    credentials: EventStoreDbAddress['credentials'],
  ) {
    // Each of the three is taken, by an overload of its own.
    super(settings as SingleNodeOptions, channel, credentials);
    this.#neverAppendInBatches();
    this.#surviveFailedSearches();
    this.#refuseClosedChannels();
    this.#rememberChannel();
  }

  /** Resolves once it is known which node to talk to; a client of a single node knows. */
  async findNode(): Promise<void> {
    await this.getChannel();
  }

  /** Ends its streams and lets its connection go, which `dispose` alone would keep. */
  async close(): Promise<void> {
    const closing = this.dispose();
    const channel = await this.#channel?.catch(() => undefined);
    channel?.close();
    await closing;
  }

  /**
   * The pending batch appends of all clients in a process fail together, whether they were written or not, and can end
   * the process: a server that seems to know no batches is sent plain appends.
   */
  #neverAppendInBatches(): void {
    this.supports = () => Promise.resolve(false);
  }

  /** Nobody awaits the search for another node behind a failed call: its failure would end the process. */
  #surviveFailedSearches(): void {
    const { handleError } = this;
    this.handleError = (client, error) => handleError(client, error).catch(() => {});
  }

  /** On a channel that was closed a moment ago the package throws where nobody catches, which would end the process. */
  #refuseClosedChannels(): void {
    const { execute } = this;
    this.execute = (rpcClient, name, action) =>
      execute(rpcClient, name, (rpc) =>
        isShutDown(rpc.getChannel().getConnectivityState(false))
          ? Promise.reject(channelClosed())
          : action(rpc),
      );
  }

  #rememberChannel(): void {
    const { getChannel } = this;
    this.getChannel = () => (this.#channel = getChannel());
  }
}

function locationOf({ nodes, isDnsName, options }: EventStoreDbAddress) {
  const { maxDiscoverAttempts, discoveryInterval, gossipTimeout, nodePreference } = options;
  const search = { maxDiscoverAttempts, discoveryInterval, gossipTimeout, nodePreference };
  const [first = { address: '', port: 0 }] = nodes;
  if (isDnsName) return { discover: { ...first }, ...search };
  return nodes.length > 1
    ? { endpoints: nodes.map((node) => ({ ...node })), ...search }
    : { endpoint: { ...first } };
}

const settingsOf = ({ options }: EventStoreDbAddress) => ({
  connectionName: options.connectionName,
  keepAliveInterval: options.keepAliveInterval,
  keepAliveTimeout: options.keepAliveTimeout,
});

const channelCredentials = (
  { options }: EventStoreDbAddress,
  { authority, user }: Certificates,
): ChannelCredentialOptions => ({
  insecure: !options.tls,
  ...(authority && { rootCertificate: authority }),
  ...(user && { userCertFile: user.certificate, userKeyFile: user.key }),
});

const channelClosed = (): CallFailed =>
  new CallFailed({ kind: 'unavailable', reason: 'the connection was closed before the call' });
