import type { ServerWritableStream } from '@grpc/grpc-js';

/** Writes one message and waits until the reader has room for more, or left, or `signal` aborts. */
export async function send<Message>(
  call: ServerWritableStream<unknown, Message>,
  message: Message,
  signal?: AbortSignal,
): Promise<void> {
  if (call.cancelled || call.destroyed || signal?.aborted || call.write(message)) return;
  await new Promise<void>((resolve) => {
    const goOn = () => {
      call.off('drain', goOn);
      call.off('cancelled', goOn);
      signal?.removeEventListener('abort', goOn);
      resolve();
    };
    call.on('drain', goOn);
    call.on('cancelled', goOn);
    signal?.addEventListener('abort', goOn);
  });
}

export async function sendInTurn<Message>(
  call: ServerWritableStream<unknown, Message>,
  messages: readonly Message[],
): Promise<void> {
  for (const message of messages) {
    if (call.cancelled) return;
    await send(call, message);
  }
}

/** Aborts when the caller leaves or `dropped` aborts. */
export function endOfCall(
  call: ServerWritableStream<unknown, unknown>,
  dropped: AbortSignal,
): AbortSignal {
  const left = new AbortController();
  call.on('cancelled', () => left.abort());
  call.on('close', () => left.abort());
  if (call.cancelled) left.abort();
  return AbortSignal.any([left.signal, dropped]);
}
