import { describe, expect, it } from '@jest/globals';
import { RememberedIds } from '../support/eventstoredb/remembered-ids.js';

describe('the ids that a scripted EventStoreDB remembers', () => {
  const after = (others: number) => {
    const remembered = new RememberedIds();
    remembered.add('first', 'a', 3);
    for (let at = 0; at < others; at += 1) remembered.add(`other-${at}`, 'b', at);
    return remembered;
  };

  it('hold for 100,000 further events and not for 130,000', () => {
    expect(after(100_000).revisionOf('first', 'a')).toBe(3);
    expect(after(130_000).revisionOf('first', 'a')).toBeUndefined();
  });

  it('are those of one stream each, and none after a restart', () => {
    const remembered = after(1);
    expect(remembered.revisionOf('first', 'b')).toBeUndefined();
    remembered.forget();
    expect(remembered.revisionOf('first', 'a')).toBeUndefined();
  });
});
