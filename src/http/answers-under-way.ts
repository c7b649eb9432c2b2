import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The answers that a connection still waits for or is being sent, first first: several where requests came one behind the other. */
export class AnswersUnderWay {
  readonly #ofSocket = new WeakMap<Socket, Set<ServerResponse>>();

  /** Watches a server from now on. */
  watch(server: Server): void {
    server.prependListener('request', ({ socket }, response) => {
      const answers = this.#ofSocket.get(socket) ?? new Set();
      this.#ofSocket.set(socket, answers.add(response));
      response.once('close', () => answers.delete(response));
    });
  }

  /**
   * Whether anything written to this connection now would be taken for a part of an answer, or for the answer to a request
   * that is all there. A request of which a part is missing may be answered.
   */
  isAnswering(socket: Socket): boolean {
    const [first] = this.#ofSocket.get(socket) ?? [];
    return first !== undefined && (first.headersSent || first.req.complete);
  }
}
