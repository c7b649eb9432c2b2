import { Gauge, type Registry } from 'prom-client';
import type { Executions } from '../governed-request/execute-request/executions.js';
import type { GatewayCircuit } from '../governed-request/execute-request/gateway-circuit.js';
import { counter, gauge } from './gauge.js';

const STATES: readonly GatewayCircuit['state'][] = ['closed', 'half-open', 'open'];

/** What runs, what waits, what was turned away, and whether the gateway is called at all. */
export function executionMetrics(
  registry: Registry,
  executions: Executions,
  circuit: GatewayCircuit,
): void {
  const measure = (name: string, help: string, read: () => number) =>
    gauge(registry, `docket_executions_${name}`, help, read);
  measure('running', 'Executions under way', () => executions.running);
  measure('queued', 'Allowed requests that wait for their turn', () => executions.queued);
  counter(
    registry,
    'docket_saturated_total',
    'Submissions turned away as too many requests wait',
    () => executions.saturations,
  );
  const state: Gauge<'state'> = new Gauge({
    name: 'docket_gateway_circuit',
    help: 'Which state the circuit breaker towards the gateway is in',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      for (const one of STATES) state.set({ state: one }, Number(one === circuit.state));
    },
  });
}
