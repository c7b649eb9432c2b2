import { connect, type Socket } from 'node:net';

/** What came over a connection so far. */
export interface Received {
  readonly bytes: Buffer;
  readonly closed: boolean;
}

/** One TCP connection that never throws: what a service does to it is seen in what was received. */
export class Connection {
  private readonly socket: Socket;
  private chunks: Buffer[] = [];
  private closed = false;
  private wake: () => void = () => undefined;

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.socket = connect({ host: hostname, port: Number(port), noDelay: true });
    this.socket.on('data', (chunk: Buffer) => {
      this.chunks.push(chunk);
      this.wake();
    });
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      this.closed = true;
      this.wake();
    });
  }

  get isOpen(): boolean {
    return !this.closed && this.socket.writable;
  }

  send(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  /** Ends our side. */
  end(): void {
    this.socket.end();
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** Everything since the last `forget`. */
  get received(): Received {
    if (this.chunks.length > 1) this.chunks = [Buffer.concat(this.chunks)];
    return { bytes: this.chunks[0] ?? Buffer.alloc(0), closed: this.closed };
  }

  /** Drops this many bytes of what was received. */
  forget(length: number): void {
    this.chunks = [this.received.bytes.subarray(length)];
  }

  /** Resolves when more came, the connection closed, or after `within` milliseconds: then to `false`. */
  async more(within: number): Promise<boolean> {
    if (this.closed) return true;
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), within);
      this.wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }
}
