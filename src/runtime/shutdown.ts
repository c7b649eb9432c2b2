import { Injectable } from '@nestjs/common';

/** The end of this process, for everything that has to know that it comes. */
@Injectable()
export class Shutdown {
  private begun = false;
  private readonly refusal = new AbortController();

  /** Whether the process was asked to end: it is not ready any more, though it still takes calls for a while. */
  get hasBegun(): boolean {
    return this.begun;
  }

  /** Aborts when no more calls are taken: an answer that would go on for ever ends now. */
  get refusing(): AbortSignal {
    return this.refusal.signal;
  }

  /** The process was asked to end. */
  begin(): void {
    this.begun = true;
  }

  /** No more calls are taken. */
  refuse(): void {
    this.begun = true;
    this.refusal.abort();
  }
}
