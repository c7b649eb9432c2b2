/** The server has not answered in time; whether it did what it was asked nobody knows. */
export class CallTimedOut extends Error {
  override readonly name = 'CallTimedOut';

  constructor(milliseconds: number) {
    super(`no answer within ${milliseconds} ms`);
  }
}

/** Settles as `promise` does, or rejects with `CallTimedOut`; a late outcome is dropped. */
export async function withinTime<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new CallTimedOut(milliseconds)), milliseconds);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
