import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyCommands, historyOf } from '../../test/support/governed/any-commands.js';
import type { StoredEvent } from '../event-store/event-store.js';
import { decode, encode, streamOf, UnreadableEvent } from './governed-request.codec.js';
import { SCHEMA_VERSION, type EventMetadata } from './governed-request.events.js';

const metadata: EventMetadata = {
  $correlationId: 'matter-7',
  $causationId: 'command-1',
  actor: 'ada',
  actorKind: 'machine',
  roles: ['requester'],
  groups: ['finance'],
  credential: 'key:0123456789abcdef',
  recordedAt: '2026-11-22T12:00:00.000Z',
  schemaVersion: SCHEMA_VERSION,
};

const stored = (over: Partial<StoredEvent> = {}): StoredEvent => ({
  id: '0190aaaa-0000-7000-8000-000000000001',
  type: 'Approved',
  data: JSON.stringify({
    by: ['grace'],
    contentDigest: 'a'.repeat(64),
    at: '2026-11-22T12:00:00.000Z',
  }),
  metadata: JSON.stringify(metadata),
  stream: streamOf('r-1'),
  version: 3,
  position: 41n,
  ...over,
});

describe('the codec', () => {
  it('reads back every event as it was recorded', () => {
    fc.assert(
      fc.property(anyCommands, (commands) => {
        for (const event of historyOf(commands)) {
          const read = decode({ ...stored(), ...encode(event, stored().id, metadata) });
          expect({ type: read.type, data: read.data }).toEqual(event);
          expect(read.metadata).toEqual(metadata);
        }
      }),
      { numRuns: 500 },
    );
  });

  const at = '2026-11-22T12:00:00.000Z';
  const contentDigest = 'a'.repeat(64);
  it.each([
    [
      'terms of an approval that knew no more than a number and groups',
      'ApprovalRequested',
      { contentDigest, quorum: 2, eligible: ['finance'], requestedAt: at, expiresAt: at },
      { atLeast: [], human: false, escalation: null, reminders: [] },
    ],
    [
      'an approval without the groups of the approver',
      'ApprovalGranted',
      { by: 'grace', comment: null, contentDigest, at },
      { groups: [], standsInFor: null },
    ],
    [
      'a refusal without a word',
      'ApprovalRefused',
      { by: 'grace', comment: null, contentDigest, at },
      { groups: [], standsInFor: null },
    ],
    [
      'an amendment that did not have to give a reason',
      'ContentAmended',
      { by: 'grace', content: { kind: 'chat', request: 'Less' }, contentDigest, at },
      { comment: null, standsInFor: null },
    ],
  ])('reads %s, as older versions recorded it', (_, type, data, defaults) => {
    const old = stored({ type, data: JSON.stringify(data) });
    expect(decode(old).data).toEqual({ ...data, ...defaults });
  });

  it('tells whose stream it was', () => {
    expect(decode(stored())).toMatchObject({ requestId: 'r-1', version: 3, position: 41n });
  });

  it('reads events of versions that did not record what the actor is', () => {
    const { actorKind, groups, credential, ...before } = metadata;
    expect([actorKind, groups, credential]).not.toContain(undefined);
    expect(decode(stored({ metadata: JSON.stringify(before) })).metadata).toEqual({
      ...before,
      actorKind: null,
      groups: [],
      credential: null,
    });
  });

  it.each([
    ['an unknown type', { type: 'Renamed' }],
    ['a type that every object has', { type: 'constructor' }],
    ['an unknown field', { data: stored().data.replace('{', '{"more":1,') }],
    ['a missing field', { data: '{}' }],
    ['a later schema version', { metadata: stored().metadata.replace(':1}', ':2}') }],
    ['bytes that are no JSON', { data: '{' }],
  ])('fails loudly on %s, with the event’s place', (_, over) => {
    expect(() => decode(stored(over))).toThrow(UnreadableEvent);
    expect(() => decode(stored(over))).toThrow(/governedRequest-r-1@3, position 41/);
  });
});
