import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openSqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { streamOf } from '../../src/governed-request/governed-request.codec.js';
import type { Trace } from '../../src/views/request-trace/trace.js';
import { tellApprovalStory, type ApprovalStory } from '../support/docket/approval-story.js';

const SWAPPED = 'Pay everything to the account of Mallory.';

describe('Content that somebody changed in the event store', () => {
  let story: ApprovalStory;

  beforeEach(async () => {
    story = await tellApprovalStory({ quorum: 1, expiresAfter: '8h' });
  });
  afterEach(() => story.close());

  /** Copies a request, or its first events, to another stream, with other words in it and the same digests. */
  async function copyWithOtherWords({ id, content }: Trace, count?: number): Promise<string> {
    const copy = randomUUID();
    const words = content?.kind === 'chat' ? content.request : '';
    await story.later(0, async () => {
      const store = await openSqliteEventStore(join(story.docket.folder.path, 'events.db'));
      const events = (await store.readStream(streamOf(id))).slice(0, count);
      const changed = events.map(({ type, data, metadata }) => {
        return { id: randomUUID(), type, data: data.replace(words, SWAPPED), metadata };
      });
      await store.append(streamOf(copy), -1, changed);
      await store.close();
    });
    return copy;
  }

  const expectNothingSent = async (id: string) => {
    const failed = await story.docket.reached(id, 'failed');
    expect(failed).toMatchObject({
      content: { request: SWAPPED },
      execution: { outcome: 'failed', error: { code: 'content-changed' } },
    });
    const types = (await story.docket.eventsOf(id)).map(({ type }) => type);
    expect(types.slice(-2)).toEqual(['ExecutionStarted', 'ExecutionFailed']);
    const sent = story.docket.gateway.calls.map((call) => JSON.stringify(call));
    expect(sent.filter((call) => call.includes('Mallory'))).toEqual([]);
  };

  it('is not sent behind the approval of what it was', async () => {
    const waiting = await story.submit();
    const id = await copyWithOtherWords(waiting);
    const answer = await story.decide('finn', { ...waiting, id });
    expect(answer.status).toBe(200);
    await expectNothingSent(id);
    const [failed] = await story.recorded(id, 'ExecutionFailed');
    expect(failed?.data).toMatchObject({ message: expect.stringContaining('nothing was sent') });
  });

  it('is not sent where it needed nobody either', async () => {
    const green = await story.docket.submit('ada', { request: 'Say hello to the accountants.' });
    await expectNothingSent(await copyWithOtherWords(green, 2));
  });
});
