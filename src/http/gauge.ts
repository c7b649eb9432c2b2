import { Counter, Gauge, type Registry } from 'prom-client';

/** A gauge that is asked for its value at each scrape. */
export function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  const metric: Gauge = new Gauge({
    name,
    help,
    registers: [registry],
    collect: () => metric.set(read()),
  });
}

/** A counter that is kept elsewhere since the start of the process, and asked for its value at each scrape. */
export function counter(registry: Registry, name: string, help: string, read: () => number): void {
  const metric: Counter = new Counter({
    name,
    help,
    registers: [registry],
    collect: () => {
      metric.reset();
      metric.inc(read());
    },
  });
}
