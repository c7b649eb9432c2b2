import { describe, expect, it } from '@jest/globals';
import { subjectText } from './subject-text.js';

describe('the text of a subject', () => {
  it('is the request of a chat as it stands', () => {
    expect(subjectText({ kind: 'chat', request: ' Hello\n' })).toBe(' Hello\n');
  });

  it('is the name, the action and every string in the arguments of a tool call', () => {
    const args = { url: 'https://example.com', body: { lines: ['one', 2, { deep: 'two' }, null] } };
    const text = subjectText({ kind: 'tool', tool: 'fetch', action: 'post', args });
    expect(text).toBe('fetch post\none\ntwo\nhttps://example.com');
  });

  it('does not depend on the order in which the arguments were written', () => {
    const call = { kind: 'tool', tool: 't', action: 'a' } as const;
    const text = subjectText({ ...call, args: { a: 'x', b: 'y' } });
    expect(subjectText({ ...call, args: { b: 'y', a: 'x' } })).toBe(text);
  });

  it('reads arguments that are nested deeper than the stack', () => {
    let args: Record<string, unknown> = { end: 'treasure' };
    for (let depth = 0; depth < 100_000; depth++) args = { args };
    expect(subjectText({ kind: 'tool', tool: 't', action: 'a', args })).toBe('t a\ntreasure');
  });

  it('reads more members than a function takes arguments', () => {
    const args = { all: Array.from({ length: 300_000 }, () => 0), end: 'treasure' };
    expect(subjectText({ kind: 'tool', tool: 't', action: 'a', args })).toBe('t a\ntreasure');
  });
});
