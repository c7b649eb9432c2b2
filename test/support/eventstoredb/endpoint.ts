import { Server, ServerCredentials } from '@grpc/grpc-js';
import { Wire } from './wire.js';

/** As many calls as a real node lets run at once on one connection. */
const MAX_CONCURRENT_CALLS = 100;

/** The certificate that a server shows, in PEM. */
export interface ServerTls {
  readonly certificate: string;
  readonly privateKey: string;
}

/** A gRPC server behind a wire: the port that clients know stays the same however often the server starts anew. */
export class Endpoint {
  #server: Server;
  #inner: string;

  private constructor(
    readonly wire: Wire,
    server: Server,
    port: number,
    private readonly start: () => Promise<[Server, number]>,
  ) {
    this.#server = server;
    this.#inner = `127.0.0.1:${port}`;
  }

  static async open(
    addServices: (server: Server) => void,
    tls: ServerTls | undefined,
  ): Promise<Endpoint> {
    const start = () => listen(addServices, tls);
    const [server, port] = await start();
    return new Endpoint(await Wire.inFrontOf(port), server, port, start);
  }

  /** Takes no new connection and tells the old ones so; the calls that run go on. */
  drain(): void {
    this.wire.refuse();
    this.#server.drain(this.#inner, 2 ** 31 - 1);
  }

  /** Drops every connection, and every call with it. */
  async down(): Promise<void> {
    await this.wire.down();
    this.#server.forceShutdown();
  }

  /** Comes back on the same port with a new server. */
  async up(): Promise<void> {
    const [server, port] = await this.start();
    this.#server = server;
    this.#inner = `127.0.0.1:${port}`;
    await this.wire.up(port);
  }
}

async function listen(
  addServices: (server: Server) => void,
  tls: ServerTls | undefined,
): Promise<[Server, number]> {
  const server = new Server({
    'grpc.max_concurrent_streams': MAX_CONCURRENT_CALLS,
    'grpc.max_receive_message_length': -1,
  });
  addServices(server);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentialsOf(tls), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return [server, port];
}

const credentialsOf = (tls: ServerTls | undefined): ServerCredentials =>
  tls === undefined
    ? ServerCredentials.createInsecure()
    : ServerCredentials.createSsl(null, [
        { cert_chain: Buffer.from(tls.certificate), private_key: Buffer.from(tls.privateKey) },
      ]);
