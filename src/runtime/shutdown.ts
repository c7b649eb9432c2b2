import { Injectable } from '@nestjs/common';

/** The end of this process, for everything that has to know that it comes. */
@Injectable()
export class Shutdown {
  private begun = false;
  private refusing = false;

  /** Whether the process was asked to end: it is not ready any more, though it still takes calls for a while. */
  get hasBegun(): boolean {
    return this.begun;
  }

  /** Whether no more calls are taken. */
  get isRefusing(): boolean {
    return this.refusing;
  }

  /** The process was asked to end. */
  begin(): void {
    this.begun = true;
  }

  /** No more calls are taken. */
  refuse(): void {
    this.begun = true;
    this.refusing = true;
  }
}
