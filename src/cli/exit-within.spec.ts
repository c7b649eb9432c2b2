import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createLogger } from '../runtime/logger.js';
import { exitWithin } from './exit-within.js';

describe('A process that should end within a time', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('is ended with 1 when it is still there then, and not before', () => {
    const exit = jest.spyOn(process, 'exit').mockReturnValue(undefined as never);
    exitWithin(5_000, createLogger('silent'));
    jest.advanceTimersByTime(4_999);
    expect(exit).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(exit).toHaveBeenCalledWith(1);
    exit.mockRestore();
  });
});
