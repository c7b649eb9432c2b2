import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { moreShown, type Shown } from './shown.js';
import type { StoredEvent } from '../event-store/event-store.js';

declare module 'fastify' {
  interface FastifyRequest {
    access?: Access;
  }
}

/** Which events of a call are recorded; see `AccessGranted`. */
export type Part = 'whole' | 'begun' | 'ended';

/** What is sent in many pieces, and so recorded when it begins and when it ends. */
export interface Sending {
  /** Events were sent. */
  sent(events: readonly Pick<StoredEvent, 'position'>[]): void;
  /** So many rows were sent. */
  sentRows(count: number): void;
  /** Nothing more is sent. */
  ended(): void;
}

/** One call of an audited route, to which its controller says what the answer shows. */
export class Access {
  #shown: Shown | null = null;
  #part: Part = 'whole';

  constructor(
    /** Names the call in the access log. */
    readonly id: string,
    private readonly record: (part: Part, shown: Shown) => void,
  ) {}

  /** null: nothing that counts as a read. */
  get shown(): Shown | null {
    return this.#shown;
  }

  get part(): Part {
    return this.#part;
  }

  /** The answer shows this. */
  shows(shown: Shown): void {
    this.#shown = shown;
  }

  /** The answer comes in pieces; of these requests, or of whatever the address asks for. */
  begins({ requests, withContent }: Pick<Shown, 'requests' | 'withContent'>): Sending {
    let shown: Shown = { requests, items: 0, positions: null, withContent };
    this.#shown = shown;
    this.#part = 'begun';
    return {
      sent: (events) => {
        shown = moreShown(shown, events);
      },
      sentRows: (count) => {
        shown = { ...shown, items: shown.items + count };
      },
      ended: () => this.record('ended', shown),
    };
  }
}

/** The call's entry in the access log; only on routes with `@Audited`. */
export const Accessed = createParamDecorator((_: unknown, context: ExecutionContext): Access => {
  const { access } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!access) throw new Error('A route that is not audited has no entry in the access log.');
  return access;
});
