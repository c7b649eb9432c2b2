import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A network on which every connection breaks. */
export interface BrittleLine {
  readonly url: string;
  /** From now on connections last. */
  mend(): void;
  close(): Promise<void>;
}

/** Connects to the service behind `url`; each connection breaks when so many bytes came back on it. */
export async function brittleLine(url: string, nextBreak: () => number): Promise<BrittleLine> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let isMended = false;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    let left = isMended ? Infinity : nextBreak();
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => undefined);
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
    near.on('data', (chunk) => far.write(chunk));
    far.on('data', (chunk) => {
      near.write(chunk.subarray(0, left), () => left <= 0 && near.resetAndDestroy());
      left -= chunk.length;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mend: () => void (isMended = true),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
