import { setTimeout as sleep } from 'node:timers/promises';
import type { DocketProcess } from '../docket/docket-process.js';
import type { MemorySample } from './memory.js';
import type { Meter } from './meter.js';
import { progressLine } from './report-load.js';

const LINE_EVERY = 10;
const SAMPLES = 10;
/** Seconds; a collection of all garbage holds the service up for some tens of milliseconds. */
const SAMPLE_EVERY = { least: 10, most: 60 };

/** Looks at a Docket while it is driven, until `signal` aborts. */
export class DocketWatch {
  readonly samples: MemorySample[] = [];
  readonly #begun = performance.now();

  constructor(
    private readonly docket: DocketProcess,
    private readonly meter: Meter,
  ) {}

  get elapsed(): number {
    return (performance.now() - this.#begun) / 1_000;
  }

  /** Prints a line each ten seconds and samples the memory about ten times, each minute at least. */
  async during(seconds: number, signal: AbortSignal): Promise<void> {
    const { least, most } = SAMPLE_EVERY;
    const pause = Math.min(most, Math.max(least, seconds / SAMPLES));
    await Promise.all([
      every(LINE_EVERY, signal, () => this.#line()),
      every(pause, signal, () => this.sample()),
    ]);
  }

  /** Takes the memory as it is after a garbage collection. */
  async sample(): Promise<void> {
    const { rss, heap } = await this.docket.usage(true);
    this.samples.push({ seconds: this.elapsed, served: this.meter.served, rss, heap });
  }

  async #line(): Promise<void> {
    const usage = await this.docket.usage();
    process.stdout.write(`${progressLine(this.elapsed, this.meter, usage)}\n`);
  }
}

async function every(seconds: number, signal: AbortSignal, work: () => Promise<void>) {
  for (;;) {
    await sleep(seconds * 1_000, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    await work();
  }
}
