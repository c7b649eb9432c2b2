import type { Fault, Schedule, Step } from './schedule.js';

/** The steps of a schedule with their times, one a line. */
export const describeSchedule = ({ steps }: Schedule): string =>
  steps.map((step) => `${String(step.at).padStart(7)} ms  ${describeStep(step)}`).join('\n');

function describeStep(step: Step): string {
  switch (step.kind) {
    case 'append': {
      const stream = step.sharedStream === null ? 'its own stream' : `shared ${step.sharedStream}`;
      const unknown = step.repeatsUnknown ? 'repeats' : 'does not repeat';
      return `writer ${step.writer} appends ${step.events} × ${step.characters} characters to ${stream}, ${unknown} what stays unknown`;
    }
    case 'subscribe': {
      const from = step.behind === null ? 'the start' : `behind append ${step.behind}`;
      return `subscriber ${step.subscriber} begins from ${from}, ${step.portionMilliseconds} ms a portion`;
    }
    case 'restart':
      return `subscriber ${step.subscriber} begins again from its checkpoint`;
    case 'read-log':
      return `somebody reads ${step.limit} events from the start, and the head`;
    case 'fault':
      return `fault: ${describeFault(step.fault)}`;
  }
}

function describeFault({ kind, milliseconds, times }: Fault): string {
  const lasting = milliseconds > 0 ? ` for ${milliseconds} ms` : '';
  return `${kind}${lasting}${times === 1 ? '' : ` × ${times}`}`;
}
