import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The network in front of the server, and what goes wrong with it: connections are cut, nothing answers,
 * answers come late. What is behind it goes on, as a process does behind a broken line.
 */
export class Wire {
  readonly #connections = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  #silent = false;
  #delay = 0;

  private constructor(private target: number) {}

  static async inFrontOf(target: number): Promise<Wire> {
    const wire = new Wire(target);
    await wire.up();
    return wire;
  }

  get port(): number {
    return this.#port;
  }

  /** Listens, on the same port as before, in front of the same port or another. */
  async up(target = this.target): Promise<void> {
    this.target = target;
    this.#silent = false;
    const server = createServer((near) => this.#join(near));
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Refuses new connections; the ones there are carry on. */
  refuse(): void {
    this.#server?.close();
    this.#server = undefined;
  }

  /** Refuses new connections and resets the ones there are. */
  async down(): Promise<void> {
    const closed = this.#server && once(this.#server, 'close');
    this.refuse();
    for (const socket of this.#connections) socket.resetAndDestroy();
    await closed;
  }

  /** Drops every connection; new ones are welcome. */
  cut(): void {
    for (const socket of this.#connections) socket.destroy();
  }

  /** Carries nothing more, in either direction, and tells nobody. */
  silence(): void {
    this.#silent = true;
    for (const socket of this.#connections) socket.pause();
  }

  speak(): void {
    this.#silent = false;
    for (const socket of this.#connections) socket.resume();
  }

  /** Holds back what passes for so many milliseconds. */
  slowDown(milliseconds: number): void {
    this.#delay = milliseconds;
  }

  #join(near: Socket): void {
    const far = connect(this.target, '127.0.0.1');
    this.#carry(near, far);
    this.#carry(far, near);
  }

  #carry(from: Socket, to: Socket): void {
    this.#connections.add(from);
    from.setNoDelay(true);
    let passed = Promise.resolve();
    from.on('data', (chunk) => {
      const pass = async () => {
        if (this.#delay > 0) await sleep(this.#delay);
        if (!to.destroyed) to.write(chunk);
      };
      passed = passed.then(pass);
    });
    from.on('error', () => {});
    from.on('close', () => {
      this.#connections.delete(from);
      to.destroy();
    });
    if (this.#silent) from.pause();
  }
}
