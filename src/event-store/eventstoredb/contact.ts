import { isAnswer, reasonOf, type CallFailure } from './call-failure.js';

/** Whether this service can use the server, told once for each change. */
export type ContactChange =
  | { readonly state: 'usable'; readonly hosts: string }
  | { readonly state: 'unreachable' | 'denied'; readonly hosts: string; readonly reason: string };

/** A break that heals sooner is not worth a line in the log. */
const UNREACHABLE_AFTER_MILLISECONDS = 1_000;

/** Watches how calls end, and tells when that begins to mean something else for the whole service. */
export class Contact {
  #state: ContactChange['state'] = 'usable';
  #failingSince: number | undefined;

  constructor(
    private readonly hosts: string,
    private readonly onChange: (change: ContactChange) => void,
  ) {}

  /** `isWholeLog`: only a user with the right to read the whole log is of any use. */
  succeeded(isWholeLog: boolean): void {
    this.#failingSince = undefined;
    if (this.#state === 'usable' || (this.#state === 'denied' && !isWholeLog)) return;
    this.#state = 'usable';
    this.onChange({ state: 'usable', hosts: this.hosts });
  }

  failed(failure: CallFailure, isWholeLog: boolean): void {
    if (failure.kind === 'closed') return;
    if (failure.kind === 'denied' && isWholeLog) this.#change('denied', reasonOf(failure));
    else if (isAnswer(failure)) this.#answered();
    else this.#unanswered(reasonOf(failure));
  }

  /** The server was given up, however short the time. */
  lost(reason: string): void {
    this.#change('unreachable', reason);
  }

  #answered(): void {
    this.#failingSince = undefined;
    if (this.#state === 'unreachable') this.succeeded(false);
  }

  #unanswered(reason: string): void {
    const now = performance.now();
    this.#failingSince ??= now;
    if (now - this.#failingSince >= UNREACHABLE_AFTER_MILLISECONDS) this.lost(reason);
  }

  #change(state: 'unreachable' | 'denied', reason: string): void {
    if (this.#state === state) return;
    this.#state = state;
    this.onChange({ state, hosts: this.hosts, reason });
  }
}
