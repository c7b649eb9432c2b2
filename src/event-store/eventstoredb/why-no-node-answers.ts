import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import type { Certificates } from './certificate-files.js';
import { hintAt } from './connection-hints.js';
import type { EventStoreDbAddress, NodeAddress } from './connection-string.js';

const CONNECT_MILLISECONDS = 1_000;

/** What a connection to each node of a cluster meets: the client says only that it found none to talk to. */
export async function whyNoNodeAnswers(
  { nodes, options }: EventStoreDbAddress,
  certificates: Certificates,
): Promise<string> {
  const reasons = nodes.map(async (node) => {
    const text = await failureOf(node, options.tls, certificates);
    return `${node.address}:${node.port} ${text}${hintAt(text)}`;
  });
  return `no node of the cluster was found: ${(await Promise.all(reasons)).join('; ')}`;
}

function failureOf(
  node: NodeAddress,
  isSecure: boolean,
  certificates: Certificates,
): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = isSecure ? secureSocket(node, certificates) : plainSocket(node);
  const timer = setTimeout(() => resolve('is silent'), CONNECT_MILLISECONDS);
  socket.on('error', ({ message }) => resolve(message.replace(/\s+/g, ' ').trim()));
  socket.on(isSecure ? 'secureConnect' : 'connect', () => resolve('names no node that is ready'));
  return promise.finally(() => {
    clearTimeout(timer);
    socket.destroy();
  });
}

const plainSocket = ({ address, port }: NodeAddress): Socket =>
  connectPlain({ host: address, port });

const secureSocket = ({ address, port }: NodeAddress, { authority, user }: Certificates): Socket =>
  connectSecure({
    host: address,
    port,
    ...(isIP(address) === 0 && { servername: address }),
    ...(authority && { ca: authority }),
    ...(user && { cert: user.certificate, key: user.key }),
  });
