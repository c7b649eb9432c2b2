import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { issueKey, principalOf, storedKey } from './api-key.js';
import { KeyRing } from './key-ring.js';

const ada = { id: 'ada', roles: ['requester'], groups: ['finance'] } as const;

describe('An API key', () => {
  it('stands for its identity, with its roles and groups', () => {
    const { stored, plain } = issueKey(ada);
    expect(
      new KeyRing([issueKey({ ...ada, id: 'bob' }).stored, stored]).authenticate(plain),
    ).toEqual({ ...ada, kind: 'machine', credential: `key:${stored.id}` });
  });

  it.each([
    [['requester'], undefined, 'machine'],
    [['requester'], 'human', 'human'],
    [['approver'], undefined, 'human'],
    [['requester', 'auditor'], undefined, 'human'],
    [['admin'], 'machine', 'machine'],
  ] as const)('with roles %j, issued for %s, is held by a %s', (roles, kind, expected) => {
    const { stored } = issueKey({ id: 'ada', roles, groups: [], kind });
    expect(principalOf(stored).kind).toBe(expected);
  });

  it('of an older version’s file is held by who usually has these roles, and does not expire', () => {
    const { kind, createdAt, expiresAt, revokedAt, ...before } = issueKey(ada).stored;
    expect([kind, createdAt, expiresAt, revokedAt]).not.toContain(undefined);
    const read = storedKey.parse(before);
    expect(read).toEqual({ ...before, createdAt: null, expiresAt: null, revokedAt: null });
    expect(principalOf(read).kind).toBe('machine');
  });

  it('is stored without what would let somebody use it', () => {
    const { stored, plain } = issueKey(ada);
    expect(storedKey.parse(JSON.parse(JSON.stringify(stored)))).toEqual(stored);
    expect(JSON.stringify(stored)).not.toContain(plain.split('_').slice(2).join('_'));
  });

  it('is never issued twice', () => {
    const keys = Array.from({ length: 50 }, () => issueKey(ada));
    expect(new Set(keys.map(({ plain }) => plain)).size).toBe(50);
    expect(new Set(keys.map(({ stored }) => stored.hash)).size).toBe(50);
  });

  it('is refused from its expiry on, and once it was revoked, with what it was', () => {
    const noon = Date.parse('2026-11-22T12:00:00.000Z');
    const { stored, plain } = issueKey(ada, new Date(noon - 1), new Date(noon));
    let now = noon - 1;
    const ring = new KeyRing([stored], () => now);
    const wrong = `${plain.slice(0, -1)}-`;
    expect(ring.authenticate(plain)).toMatchObject({ id: 'ada' });
    now = noon;
    expect([ring.authenticate(plain), ring.authenticate(wrong)]).toEqual(['key-expired', null]);
    ring.replace([{ ...stored, revokedAt: stored.createdAt }]);
    expect([ring.authenticate(plain), ring.authenticate(wrong)]).toEqual(['key-revoked', null]);
    ring.replace([]);
    expect(ring.authenticate(plain)).toBeNull();
  });

  it('is worth nothing with any one character changed', () => {
    const { stored, plain } = issueKey(ada);
    const ring = new KeyRing([stored]);
    // The last character of 32 bytes in base64url carries two bits that mean nothing, yet is compared as text.
    const change = fc.tuple(
      fc.nat(plain.length - 1),
      fc.constantFrom('a', 'Z', '0', '9', '_', '-', '.', ' ', 'é'),
    );
    fc.assert(
      fc.property(change, ([at, character]) => {
        fc.pre(plain[at] !== character);
        const wrong = plain.slice(0, at) + character + plain.slice(at + 1);
        expect(ring.authenticate(wrong)).toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  it('is worth nothing with another key’s secret, cut, prolonged or empty', () => {
    const [one, two] = [issueKey(ada), issueKey({ ...ada, id: 'bob' })];
    const ring = new KeyRing([one.stored, two.stored]);
    const mixed = `docket_${one.stored.id}_${two.plain.split('_').slice(2).join('_')}`;
    for (const wrong of [
      mixed,
      one.plain.slice(0, -1),
      `${one.plain}A`,
      '',
      'docket__',
      one.stored.hash,
    ]) {
      expect(ring.authenticate(wrong)).toBeNull();
    }
  });
});
