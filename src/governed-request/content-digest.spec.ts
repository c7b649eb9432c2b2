import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { contentDigest } from './content-digest.js';

const policyDigest = 'ab'.repeat(32);
const sent = {
  content: { kind: 'chat', request: 'Grüße, "you"', temperature: 0.2 },
  agent: 'main',
  sessionKey: 'docket-1',
  policyDigest,
};

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');

describe('The digest of a content', () => {
  it('is the SHA-256 of the RFC 8785 form: no spaces, names in order, UTF-8', () => {
    const canonical =
      '{"agent":"main","content":{"kind":"chat","request":"Grüße, \\"you\\"","temperature":0.2},' +
      `"policyDigest":"${policyDigest}","sessionKey":"docket-1"}`;
    expect(contentDigest(sent)).toBe(sha256(canonical));
  });

  it('covers a tool with all of its arguments', () => {
    const content = { kind: 'tool', tool: 'exec', action: 'json', args: { b: [1, 1e21], a: null } };
    const canonical =
      '{"agent":"main","content":{"action":"json","args":{"a":null,"b":[1,1e+21]},"kind":"tool","tool":"exec"},' +
      `"policyDigest":"${policyDigest}","sessionKey":"docket-1"}`;
    expect(contentDigest({ ...sent, content })).toBe(sha256(canonical));
  });

  it('does not depend on the order of names, nor on fields beside what is sent', () => {
    const content = { temperature: 0.2, request: 'Grüße, "you"', kind: 'chat' };
    const more = { ...sent, content, requester: 'ada', onBehalfOf: null };
    expect(contentDigest(more)).toBe(contentDigest(sent));
  });

  it.each([
    ['the text', { ...sent, content: { ...sent.content, request: 'Grüße, "You"' } }],
    ['the temperature', { ...sent, content: { ...sent.content, temperature: 0.3 } }],
    ['having a temperature', { ...sent, content: { kind: 'chat', request: 'Grüße, "you"' } }],
    ['the agent', { ...sent, agent: 'other' }],
    ['the conversation', { ...sent, sessionKey: 'docket-2' }],
    ['the policy', { ...sent, policyDigest: 'cd'.repeat(32) }],
  ])('is another with %s', (_, other) => {
    expect(contentDigest(other)).not.toBe(contentDigest(sent));
  });
});
