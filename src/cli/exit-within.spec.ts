import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createLogger } from '../runtime/logger.js';
import { exitWithin } from './exit-within.js';

describe('A process that should end within a time', () => {
  let exit: jest.SpiedFunction<typeof process.exit>;

  beforeEach(() => {
    jest.useFakeTimers();
    exit = jest.spyOn(process, 'exit').mockReturnValue(undefined as never);
  });
  afterEach(() => {
    jest.useRealTimers();
    exit.mockRestore();
  });

  it('is ended with 1 when it is still there then, and not before', () => {
    exitWithin(5_000, createLogger('silent'));
    jest.advanceTimersByTime(4_999);
    expect(exit).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(exit).toHaveBeenCalledWith(1);
  });

  it('is left alone once what it waited for is done', () => {
    const done = exitWithin(5_000, createLogger('silent'));
    done();
    jest.advanceTimersByTime(10_000);
    expect(exit).not.toHaveBeenCalled();
  });
});
