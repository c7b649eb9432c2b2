import { Readable } from 'node:stream';

/** Text as a stream that takes the next chunk only once the last one was taken from it; `onEnd` is told once, however it ends. */
export const pulledText = (chunks: AsyncGenerator<string, void>, onEnd: () => void): Readable =>
  new Readable({
    highWaterMark: 0,
    read() {
      chunks.next().then(
        ({ done, value }) => this.push(done ? null : value),
        (reason: Error) => this.destroy(reason),
      );
    },
    destroy(cause, done) {
      onEnd();
      chunks.return().catch(() => undefined);
      done(cause);
    },
  });
