import { expect, it } from '@jest/globals';
import { checkAnswers } from '../checks/check-answers.js';
import { checkCalls } from '../checks/check-calls.js';
import { checkStreams } from '../checks/check-streams.js';
import { checkViews } from '../checks/check-views.js';
import type { Answered } from '../support/answered.js';
import type { Streams } from '../support/event-log.js';
import { restingStreams, settledViews, type View } from '../support/outcome.js';
import type { Replicas } from '../support/replicas.js';

/** How a story ended: everything that is on record by then, of earlier stories with the same replicas too. */
export interface Ending {
  readonly replicas: Replicas;
  readonly streams: Streams;
  readonly views: readonly View[];
  /** Every answer that anybody got in the story. */
  readonly answers: readonly Answered[];
}

/** Waits until every request rests and every replica shows it. */
export async function endingOf(
  replicas: Replicas,
  answers: readonly Answered[],
  milliseconds: number,
): Promise<Ending> {
  const streams = await restingStreams(replicas, milliseconds);
  return { replicas, answers, streams, views: await settledViews(replicas) };
}

/** What holds at the end of every story, whatever happened in it. */
export function itHoldsTogether(ending: () => Ending): void {
  it('gives every request one outcome, and starts none that was not allowed', () => {
    expect(checkStreams(ending().streams)).toEqual([]);
  });

  it('calls the agent at most once for each request, and exactly once where the log says executed', () => {
    const { replicas, streams } = ending();
    expect(checkCalls(streams, replicas.gateway.calls)).toEqual([]);
  });

  it('gives only answers that the log bears out, and tells those who came too late so', () => {
    const { streams, answers } = ending();
    expect(checkAnswers(only(streams, answers), answers)).toEqual([]);
  });

  it('looks the same at every replica in the end', () => {
    const { replicas, streams, views } = ending();
    expect(views.length).toBeGreaterThan(1);
    expect(checkViews(streams, views, replicas.policy)).toEqual([]);
  });

  it('leaves no error in any log', () => {
    expect(ending().replicas.all.flatMap(({ errors }) => errors)).toEqual([]);
  });
}

/** The streams that these answers are about. */
export function only(streams: Streams, answers: readonly Answered[]): Streams {
  const ids = new Set(answers.map(({ requestId }) => requestId));
  return new Map([...streams].filter(([id]) => ids.has(id)));
}
