import type { SimulatedProcess } from './simulated-process.js';

/** Times the latency after which everything has arrived that was ever sent. */
export const LONGEST_JOURNEY = 22;

/** What becomes of a call to something outside of the process. */
export type Fate<T> =
  | { readonly kind: 'done' }
  | { readonly kind: 'turned down'; readonly error: Error }
  | { readonly kind: 'done, but not heard of'; readonly error: Error }
  | { readonly kind: 'done after it was given up'; readonly error: Error }
  | { readonly kind: 'answered wrongly'; readonly answer: () => Promise<T> };

export interface Exchange<T> {
  readonly process: SimulatedProcess;
  /** What is asked, for people. */
  readonly label: () => string;
  /** Milliseconds that each way may take. */
  readonly latency: number;
  readonly fate: Fate<T>;
  /** Does what is asked, there and at once. */
  readonly perform: () => Promise<T>;
}

/**
 * One question over a network: it takes effect some time after it was asked, and is answered some time after that. When
 * the process dies in between, it may take effect or not, and nobody hears the answer.
 */
export function exchange<T>(asked: Exchange<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const { fate, perform } = asked;
    const take = () => {
      perform().then(
        (value) => answer(asked, 'is answered', () => resolve(value)),
        (error: Error) => answer(asked, `is answered ${error.name}`, () => reject(error)),
      );
    };
    const fail = (error: Error) => answer(asked, `fails: ${error.message}`, () => reject(error));
    switch (fate.kind) {
      case 'done':
        arrive(asked, '', take);
        return;
      case 'turned down':
        arrive(asked, ': turned down', () => fail(fate.error));
        return;
      case 'done, but not heard of':
        arrive(asked, ': its answer gets lost', () => {
          void perform().catch(() => {});
          fail(fate.error);
        });
        return;
      case 'done after it was given up':
        arrive(asked, ': held up', () => fail(fate.error));
        arriveLate(asked, () => void perform().catch(() => {}));
        return;
      case 'answered wrongly':
        arrive(asked, ': answered from before', () => {
          void fate.answer().then((value) => answer(asked, 'is answered', () => resolve(value)));
        });
    }
  });
}

function arrive<T>({ process, label, latency }: Exchange<T>, how: string, act: () => void): void {
  const { random, schedule } = process;
  schedule.after(random.fraction() * latency, {
    label: () => `${process.name}: ${label()}${how}`,
    process,
    isOutside: true,
    outlives: random.chance(0.5),
    act,
  });
}

function arriveLate<T>({ process, label, latency }: Exchange<T>, act: () => void): void {
  const { random, schedule } = process;
  schedule.after(random.fraction() * (LONGEST_JOURNEY - 1) * latency + latency, {
    label: () => `${process.name}: ${label()}: arrives at last`,
    process,
    isOutside: true,
    outlives: true,
    act,
  });
}

function answer<T>({ process, label, latency }: Exchange<T>, how: string, act: () => void): void {
  const { random, schedule } = process;
  schedule.after(random.fraction() * latency, {
    label: () => `${process.name}: ${label()} ${how}`,
    process,
    act,
  });
}
