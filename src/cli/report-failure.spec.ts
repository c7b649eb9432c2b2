import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { EventStoreError } from '../event-store/event-store.errors.js';
import { PolicyInvalid } from '../policy/policy-invalid.js';
import { ConfigurationError } from '../runtime/configuration.error.js';
import { ViewError } from '../views/view-error.js';
import { CommandFailed } from './command-failed.js';
import { reportFailure } from './report-failure.js';

describe('A command that failed', () => {
  let printed = '';

  beforeEach(() => {
    printed = '';
    jest.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
      printed += chunk.toString();
      return true;
    });
  });
  afterEach(() => void jest.restoreAllMocks());

  it.each([
    ['its configuration', new ConfigurationError('DOCKET_PORT: wrong'), 2, 'DOCKET_PORT: wrong'],
    [
      'its policy',
      new PolicyInvalid('not-yaml', 'policy.yaml:3: wrong'),
      2,
      'policy.yaml:3: wrong',
    ],
    ['the event store', new EventStoreError('unavailable', 'In use.'), 1, 'In use.'],
    ['the read models', new ViewError('views-unavailable', 'Full.'), 1, 'Full.'],
    ['what was asked', new CommandFailed('There is none.'), 1, 'There is none.'],
    ['several lines', new CommandFailed('one\n  two'), 1, 'one | two'],
    [
      'the system',
      Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE', syscall: 'listen' }),
      1,
      'listen EADDRINUSE',
    ],
    ['something thrown that is no error', 'secret', 1, 'it failed for an unknown reason'],
  ])('for %s says so in one line and ends with its code', (_, error, code, line) => {
    expect(reportFailure(error)).toBe(code);
    expect(printed).toBe(`docket: ${line}\n`);
  });

  it('for a fault of ours shows where, still in one line', () => {
    expect(reportFailure(new TypeError('x is undefined'))).toBe(1);
    expect(printed).toMatch(
      /^docket: an unexpected error: TypeError: x is undefined \| at [^\n]+\n$/,
    );
  });
});
