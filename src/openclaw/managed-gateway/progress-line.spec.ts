import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { withProgressLine } from './progress-line.js';

describe('A progress line', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('is rewritten every second on a terminal, and ends with the time it took', async () => {
    const { written, finished } = await watched(true, 3);
    await expect(finished).resolves.toBe('result');
    expect(written[0]).toBe('\r\u001B[2KWork …');
    expect(written).toContain('\r\u001B[2KWork … 2 s');
    expect(written.at(-1)).toBe('\r\u001B[2KWork: done in 3 s\n');
  });

  it('is a few plain lines elsewhere', async () => {
    const { written } = await watched(false, 40);
    expect(written).toEqual(['Work …\n', 'Work … 15 s\n', 'Work … 30 s\n', 'Work: done in 40 s\n']);
  });

  it('says that the work failed and lets the error through', async () => {
    const { written, finished } = await watched(false, 2, async () => {
      throw new Error('broken');
    });
    await expect(finished).rejects.toThrow('broken');
    expect(written.at(-1)).toBe('Work: failed after 2 s\n');
  });

  it('leaves the work alone when nobody watches', async () => {
    await expect(withProgressLine(undefined, 'Work', async () => 1)).resolves.toBe(1);
  });
});

const watched = async (isTTY: boolean, seconds: number, work = async () => 'result') => {
  const written: string[] = [];
  const finished = withProgressLine(
    { isTTY, write: (text) => written.push(text) },
    'Work',
    async () => {
      await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
      return work();
    },
  );
  finished.catch(() => undefined);
  await jest.advanceTimersByTimeAsync(seconds * 1_000);
  return { written, finished };
};
