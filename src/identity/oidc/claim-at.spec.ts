import { describe, expect, it } from '@jest/globals';
import { claimAt } from './claim-at.js';

const claims = {
  sub: 'ada',
  realm_access: { roles: ['approver'] },
  resource_access: { 'my.client': { roles: ['auditor'] } },
  'https://example.com/roles': ['admin'],
};

describe('A claim', () => {
  it.each([
    ['sub', 'ada'],
    ['realm_access.roles', ['approver']],
    ['resource_access.my.client.roles', ['auditor']],
    ['https://example.com/roles', ['admin']],
    ['roles', undefined],
    ['sub.roles', undefined],
    ['realm_access.roles.0', 'approver'],
    ['constructor', undefined],
    ['realm_access.constructor.name', undefined],
    ['__proto__', undefined],
  ])('%s is found by its name or path', (path, value) => {
    expect(claimAt(claims, path)).toEqual(value);
  });
});
