/** Stands for nothing having come for a while. */
const SILENCE = Symbol('silence');

/** Yields what `source` yields, and `null` whenever that takes so many milliseconds. */
export async function* withSilences<T>(
  source: AsyncIterable<T>,
  milliseconds: number,
): AsyncGenerator<T | null, void> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = iterator.next();
      // It may fail while nobody asks for more.
      next.catch(() => undefined);
      let result = await inTime(next, milliseconds);
      for (; result === SILENCE; result = await inTime(next, milliseconds)) yield null;
      if (result.done) return;
      yield result.value;
    }
  } finally {
    await iterator.return?.();
  }
}

async function inTime<T>(
  next: Promise<T>,
  milliseconds: number,
): Promise<Awaited<T> | typeof SILENCE> {
  const late = Promise.withResolvers<typeof SILENCE>();
  const timer = setTimeout(late.resolve, milliseconds, SILENCE);
  try {
    return await Promise.race([next, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
