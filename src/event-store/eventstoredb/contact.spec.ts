import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventStoreError, VersionConflict } from '../event-store.errors.js';
import type { CallFailure } from './call-failure.js';
import { Contact, type ContactChange } from './contact.js';

const hosts = 'a:2113';
const away: CallFailure = { kind: 'unavailable', reason: 'connect ECONNREFUSED' };
const denied: CallFailure = { kind: 'denied', error: new EventStoreError('denied', 'no right') };
const conflict: CallFailure = { kind: 'conflict', error: new VersionConflict('s', 0, 1) };

describe('contact with EventStoreDB', () => {
  const watch = () => {
    const changes: ContactChange[] = [];
    const contact = new Contact(hosts, (change) => changes.push(change));
    return { changes, contact };
  };

  it('is lost once calls have failed for a second, and told once', async () => {
    const { changes, contact } = watch();
    for (let call = 0; call < 50; call += 1) contact.failed(away, false);
    expect(changes).toEqual([]);
    await sleep(1_050);
    for (let call = 0; call < 50; call += 1) contact.failed(away, true);
    expect(changes).toEqual([{ state: 'unreachable', hosts, reason: 'connect ECONNREFUSED' }]);
  });

  it('is not lost as long as some calls are answered, and be it with a refusal', async () => {
    const { changes, contact } = watch();
    contact.failed(away, false);
    await sleep(600);
    contact.failed(conflict, false);
    await sleep(600);
    contact.failed(away, false);
    expect(changes).toEqual([]);
  });

  it('is there again with the first answer', () => {
    const { changes, contact } = watch();
    contact.lost('gone');
    contact.failed(conflict, false);
    contact.succeeded(true);
    expect(changes.map(({ state }) => state)).toEqual(['unreachable', 'usable']);
  });

  it('is of no use while the whole log is denied, whatever else is allowed', () => {
    const { changes, contact } = watch();
    contact.failed(denied, false);
    expect(changes).toEqual([]);
    contact.failed(denied, true);
    contact.succeeded(false);
    contact.failed(denied, true);
    expect(changes).toEqual([{ state: 'denied', hosts, reason: 'no right' }]);
    contact.succeeded(true);
    expect(changes.at(-1)).toEqual({ state: 'usable', hosts });
  });

  it('is not lost by closing the store', async () => {
    const { changes, contact } = watch();
    const closed: CallFailure = { kind: 'closed', error: new EventStoreError('closed', 'closed') };
    contact.failed(closed, true);
    await sleep(1_050);
    contact.failed(closed, true);
    expect(changes).toEqual([]);
  });
});
