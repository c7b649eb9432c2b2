import { describe, expect, it } from '@jest/globals';
import type { LoggedEvent } from '../views/event-log/logged-event.js';
import { timeline } from './timeline.js';

const event: LoggedEvent = {
  id: '0',
  type: 'Blocked',
  stream: 'governedRequest-1',
  version: 2,
  position: '7',
  recordedAt: '2026-11-22T09:30:00.000Z',
  actor: 'grace',
  actorKind: 'human',
  roles: ['approver'],
  groups: [],
  credential: 'key:0123456789abcdef',
  correlationId: '1',
  causationId: '1',
  data: { by: 'grace', reason: 'Two\nlines', findings: [{ rule: 'x' }], long: 'a'.repeat(101) },
};

describe('A timeline', () => {
  it('tells when what happened by whom, and the data below', () => {
    expect(timeline([event])).toBe(
      [
        '2026-11-22T09:30:00.000Z  Blocked  by grace, human  (version 2, position 7)',
        '    by: grace',
        '    reason: Two lines',
        '    findings: [{"rule":"x"}]',
        `    long: ${'a'.repeat(100)}… (101 characters)`,
        '\n',
      ].join('\n'),
    );
  });

  it('tells how long after the one before', () => {
    const later = { ...event, recordedAt: '2026-11-22T09:30:01.250Z' };
    expect(timeline([event, later])).toContain('position 7, +1250 ms)');
  });

  it('tells of an amendment what it made of the content before', () => {
    const content = { kind: 'chat', request: 'Pay\u001b[2J now' };
    const submitted = { ...event, type: 'Submitted', data: { content } };
    const data = { content: { ...content, request: 'Pay\u001b[2J later, please' } };
    expect(timeline([submitted, event, { ...event, type: 'ContentAmended', data }])).toContain(
      ['    changed: /request at 8: "now" → "later, please"', '\n'].join(''),
    );
    expect(timeline([{ ...event, type: 'ContentAmended', data }])).not.toContain('changed');
  });

  it('tells no more of a large amendment than anybody reads', () => {
    const amended = (to: string) => {
      const args = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`a${index}`, to]));
      const data = { content: { kind: 'tool', tool: 'exec', action: 'json', args } };
      return { ...event, type: 'ContentAmended', data };
    };
    const text = timeline([amended('x'), amended('y')]);
    expect(text.match(/^ {4}changed: /gm)).toHaveLength(21);
    expect(text).toContain('    changed: and 10 more\n');
  });

  it('tells what it can of an event without metadata', () => {
    const bare = { ...event, recordedAt: null, actor: null, actorKind: null, data: null };
    expect(timeline([event, bare])).toContain(
      'unknown time  Blocked  by unknown  (version 2, position 7)\n\n',
    );
  });
});
