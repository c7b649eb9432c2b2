import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { AnswersUnderWay } from './answers-under-way.js';
import { Problem } from './problem.js';
import { SECURITY_HEADERS } from './security-headers.js';

/**
 * Answers what is no HTTP request, before any route or hook of ours is there, and hangs up. Behind a request whose answer is
 * under way it only hangs up: what it wrote would become a part of that.
 */
export const refuseMalformedHttp =
  (answers: AnswersUnderWay) =>
  (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    if (socket.writable && !answers.isAnswering(socket)) {
      socket.write(answerOf(clientProblem(error.code)));
    }
    socket.destroy(error);
  };

function clientProblem(code: string | undefined): Problem {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new Problem('request-timeout', 'The request did not arrive in time.');
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new Problem('headers-too-large', 'Address and headers may have 16 KiB at the most.');
  }
  return new Problem('invalid-request', 'This is not an HTTP/1.1 request.');
}

function answerOf({ status, details }: Problem): string {
  const body = JSON.stringify(details);
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    ...Object.entries(SECURITY_HEADERS).map(([name, value]) => `${name}: ${value}`),
    `\r\n${body}`,
  ].join('\r\n');
}
