import { Simulation, type Played, type SimulationOptions } from './simulation.js';

/** Plays the simulation that a seed determines. Virtual time has to be installed. */
export async function runSeed(seed: number, options: SimulationOptions = {}): Promise<Played> {
  const { stackTraceLimit } = Error;
  // Errors are part of every simulation, and where they were thrown matters only to who looks at the steps.
  if (!options.trace) Error.stackTraceLimit = 0;
  try {
    return await new Simulation(seed, options).play();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
