import { once } from 'node:events';
import { connect } from 'node:net';

/**
 * Sends these very bytes to the service and resolves to everything it sends back until it hangs up; `thenEnd` ends our
 * side behind them.
 */
export async function rawExchange(
  url: string,
  bytes: string | Buffer,
  { thenEnd = false } = {},
): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined);
  socket.setTimeout(10_000, () => socket.destroy());
  const closed = once(socket, 'close');
  socket.write(bytes);
  if (thenEnd) socket.end();
  await closed;
  return Buffer.concat(chunks).toString();
}
