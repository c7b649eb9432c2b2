import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createInMemoryEventStore } from '../event-store/in-memory/in-memory-event-store.js';
import { NO_STREAM } from '../event-store/event-store.js';
import { serviceActing } from '../governed-request/acting.js';
import { Refused } from '../governed-request/refused.js';
import { REGISTER_STREAM } from './delegation.codec.js';
import { evolve, isInForce, type Delegation } from './delegation.js';
import { DelegationRegister } from './delegation-register.js';
import { grantDelegation, type Grant } from './grant-delegation/grant-delegation.js';
import { revokeDelegation } from './revoke-delegation/revoke-delegation.js';
import { delegatedRights } from './rights.js';

const NOON = new Date('2026-11-22T12:00:00.000Z');
const daysLater = (days: number) => new Date(NOON.getTime() + days * 86_400_000);

const asked = (over: Partial<Grant> = {}): Grant => ({
  id: randomUUID(),
  from: 'grace',
  ownGroups: ['finance', 'legal'],
  to: 'linus',
  endsAt: daysLater(7),
  comment: null,
  ...over,
});

/** What is in the register behind these grants. */
const granted = (...grants: readonly Partial<Grant>[]): Delegation[] =>
  grants.map((over) => evolve(undefined, grantDelegation([], asked(over), NOON)));

const refusalOf = (decide: () => unknown): string | null => {
  try {
    decide();
    return null;
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
};

describe('A delegation', () => {
  it('is of all own groups from now on, unless it says less', () => {
    expect(granted({})[0]).toMatchObject({
      groups: ['finance', 'legal'],
      startsAt: NOON.toISOString(),
      endsAt: daysLater(7).toISOString(),
      revoked: null,
    });
    const less = granted({ groups: ['legal', 'legal'], startsAt: daysLater(2) })[0];
    expect(less).toMatchObject({ groups: ['legal'], startsAt: daysLater(2).toISOString() });
  });

  it.each<readonly [string, Partial<Grant>, string]>([
    ['to oneself', { to: 'grace' }, 'self-delegation'],
    ['of a group that one is not in', { groups: ['finance', 'board'] }, 'not-own-group'],
    ['of what one only stands in for', { ownGroups: [], groups: ['finance'] }, 'not-own-group'],
    ['that ends before it begins', { startsAt: daysLater(8) }, 'invalid-delegation-period'],
    ['that ends as it begins', { endsAt: NOON }, 'invalid-delegation-period'],
    ['from yesterday on', { startsAt: daysLater(-1) }, 'invalid-delegation-period'],
    ['for more than 90 days', { endsAt: daysLater(90.001) }, 'invalid-delegation-period'],
    [
      'from more than a year ahead',
      { startsAt: daysLater(366), endsAt: daysLater(367) },
      'invalid-delegation-period',
    ],
  ])('cannot be granted %s', (_, over, code) => {
    expect(refusalOf(() => grantDelegation([], asked(over), NOON))).toBe(code);
  });

  it('lasts 90 days at the most', () => {
    expect(refusalOf(() => grantDelegation([], asked({ endsAt: daysLater(90) }), NOON))).toBeNull();
  });

  it('is granted once for a time to the same person, and again when it is over', () => {
    const grant = (known: readonly Delegation[], over: Partial<Grant>, now = NOON) =>
      refusalOf(() => grantDelegation(known, asked(over), now));
    const known = granted({});
    const later = { startsAt: daysLater(7), endsAt: daysLater(9) };
    expect(grant(known, {})).toBe('delegation-exists');
    expect(grant(known, { startsAt: daysLater(6), endsAt: daysLater(9) })).toBe(
      'delegation-exists',
    );
    expect([grant(known, later), grant(known, { to: 'gus' })]).toEqual([null, null]);
    expect(grant(known, { from: 'gus' })).toBeNull();
    const revoked = known.map((one) =>
      evolve(one, revokeDelegation(known, { id: one.id, by: 'grace', ofAnybody: false }, NOON)),
    );
    expect(grant(revoked, {})).toBeNull();
    expect(grant(known, { endsAt: daysLater(9) }, daysLater(8))).toBeNull();
  });

  it('is revoked by who granted it or by an administrator, once, as long as it is not over', () => {
    const [known] = granted({});
    if (!known) throw new Error('It was granted.');
    const { id } = known;
    const revoke = (by: string, ofAnybody: boolean, now = NOON, of: Delegation = known) =>
      refusalOf(() => revokeDelegation([of], { id, by, ofAnybody }, now));
    expect([revoke('grace', false), revoke('root', true)]).toEqual([null, null]);
    expect([revoke('linus', false), revoke('gus', false)]).toEqual([
      'delegation-not-found',
      'delegation-not-found',
    ]);
    expect(revoke('grace', false, daysLater(8))).toBe('delegation-over');
    const event = revokeDelegation([known], { id, by: 'grace', ofAnybody: false }, NOON);
    expect(revoke('grace', false, NOON, evolve(known, event))).toBe('delegation-over');
  });

  it('is a right from its start until just before its end, and not once it is revoked', () => {
    const known = granted({ startsAt: daysLater(1), endsAt: daysLater(2) });
    const right = (now: Date) =>
      delegatedRights(known, 'linus', now).map(({ standsInFor }) => standsInFor);
    const justBefore = (date: Date) => new Date(date.getTime() - 1);
    expect(right(justBefore(daysLater(1)))).toEqual([]);
    expect(right(daysLater(1))).toEqual(['grace']);
    expect(right(justBefore(daysLater(2)))).toEqual(['grace']);
    expect(right(daysLater(2))).toEqual([]);
    expect(delegatedRights(known, 'gus', daysLater(1))).toEqual([]);
    const revoked = known.map((one) => ({
      ...one,
      revoked: { by: 'grace', at: NOON.toISOString() },
    }));
    expect(delegatedRights(revoked, 'linus', daysLater(1))).toEqual([]);
  });
});

describe('The register of delegations', () => {
  const acting = serviceActing(randomUUID());

  it('never has two for the same time and people, whichever replicas grant and revoke at once', async () => {
    const step = fc.record({
      replica: fc.nat(2),
      to: fc.constantFrom('linus', 'gus'),
      act: fc.constantFrom('grant', 'grant', 'revoke'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 20 }), async (steps) => {
        const store = createInMemoryEventStore();
        const replicas = [0, 1, 2].map(() => new DelegationRegister(store, () => NOON));
        await Promise.all(
          steps.map(async ({ replica, to, act }) => {
            const register = replicas[replica]!;
            const open = (await register.read()).find(
              (one) => one.to === to && isInForce(one, NOON),
            );
            const grant = asked({ to });
            const acted =
              act === 'grant'
                ? register.handle(grant.id, acting, (all, now) => grantDelegation(all, grant, now))
                : register.handle(open?.id ?? '', acting, (all, now) =>
                    revokeDelegation(
                      all,
                      { id: open?.id ?? '', by: 'grace', ofAnybody: false },
                      now,
                    ),
                  );
            await acted.catch((error: unknown) => {
              if (!(error instanceof Refused)) throw error;
            });
          }),
        );
        const all = await Promise.all(replicas.map((register) => register.read()));
        for (const seen of all) expect(seen).toEqual(all[0]);
        const open = all[0]!.filter((one) => isInForce(one, NOON)).map(({ to }) => to);
        expect(new Set(open).size).toBe(open.length);
      }),
      { numRuns: 40 },
    );
  });

  it('knows at once what another replica has recorded', async () => {
    const store = createInMemoryEventStore();
    const [here, there] = [0, 1].map(() => new DelegationRegister(store, () => NOON)) as [
      DelegationRegister,
      DelegationRegister,
    ];
    const grant = asked();
    await here.handle(grant.id, acting, (all, now) => grantDelegation(all, grant, now));
    expect((await there.read()).map(({ revoked }) => revoked)).toEqual([null]);
    const by = { id: grant.id, by: 'grace', ofAnybody: false };
    await here.handle(grant.id, acting, (all, now) => revokeDelegation(all, by, now));
    expect(delegatedRights(await there.read(), 'linus', NOON)).toEqual([]);
  });

  it('fails loudly on what no schema fits, and on what does not follow', async () => {
    const [known] = granted({});
    const metadata = JSON.stringify({
      $correlationId: 'x',
      $causationId: 'x',
      actor: 'x',
      roles: [],
      recordedAt: NOON.toISOString(),
      schemaVersion: 1,
    });
    const revoked = JSON.stringify({ id: known?.id, by: 'grace', at: NOON.toISOString() });
    for (const [type, data] of [
      ['DelegationForgotten', '{}'],
      ['DelegationGranted', '{"to":"mallory"}'],
      ['DelegationRevoked', revoked],
    ] as const) {
      const store = createInMemoryEventStore();
      await store.append(REGISTER_STREAM, NO_STREAM, [{ id: randomUUID(), type, data, metadata }]);
      const register = new DelegationRegister(store, () => NOON);
      await expect(register.read()).rejects.toThrow(/cannot be read/);
    }
  });
});
