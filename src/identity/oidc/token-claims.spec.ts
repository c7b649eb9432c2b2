import { describe, expect, it } from '@jest/globals';
import type { OidcSettings } from './oidc-settings.js';
import { principalOfClaims } from './token-claims.js';

const settings: OidcSettings = {
  issuer: 'https://id.example/realms/acme',
  audiences: ['docket'],
  identityClaim: 'sub',
  rolesClaim: 'roles',
  roles: null,
  groupsClaim: 'groups',
  kindClaim: null,
  clockSkew: 0,
};
const principal = (claims: object, more: Partial<OidcSettings> = {}) =>
  principalOfClaims({ sub: 'ada', ...claims }, { ...settings, ...more });
const refusal = (claims: object, more: Partial<OidcSettings> = {}) => {
  try {
    return principal(claims, more);
  } catch (error) {
    return error;
  }
};

describe('A verified token', () => {
  it('stands for its subject, with the roles and groups that it names', () => {
    expect(principal({ roles: ['approver', 'king'], groups: ['finance', 'finance'] })).toEqual({
      id: 'ada',
      kind: 'human',
      roles: ['approver'],
      groups: ['finance'],
      credential: 'oidc:id.example',
    });
  });

  it('gives no right without such claims', () => {
    expect(principal({})).toMatchObject({ roles: [], groups: [] });
    expect(principal({ roles: { approver: true } })).toMatchObject({ roles: [] });
  });

  it('gives the roles that its values are mapped to, and then no others', () => {
    const roles = new Map([
      ['Docket Approvers', ['approver', 'requester'] as const],
      ['audit', ['auditor'] as const],
    ]);
    const mapped = { roles, rolesClaim: 'realm_access.roles' };
    const given = ['audit', 'Docket Approvers', 'admin'];
    expect(principal({ realm_access: { roles: given } }, mapped).roles).toEqual([
      'requester',
      'approver',
      'auditor',
    ]);
  });

  it('gives roles by scopes, which are one text', () => {
    const scopes = { rolesClaim: 'scp', roles: new Map([['docket.read', ['auditor'] as const]]) };
    expect(principal({ scp: 'openid docket.read' }, scopes).roles).toEqual(['auditor']);
  });

  it('stands for an e-mail address that the issuer has verified, in lower case', () => {
    const byMail = { identityClaim: 'email' };
    const mail = { email: 'Ada@Example.com', email_verified: true };
    expect(principal(mail, byMail).id).toBe('ada@example.com');
    for (const email_verified of [false, undefined, 'true']) {
      expect(refusal({ ...mail, email_verified }, byMail)).toMatchObject({
        code: 'token-unusable',
      });
    }
  });

  it.each([
    undefined,
    null,
    7,
    '',
    ['ada'],
    'ada lovelace',
    'ada\u{202e}',
    'docket',
    'a'.repeat(201),
  ])('is of no use when it calls who has it %j', (sub) => {
    expect(refusal({ sub })).toMatchObject({ code: 'token-unusable', status: 401 });
  });

  it.each([
    ['a subject that is the client', { client_id: 'ada' }],
    ['a subject that is the authorised party', { azp: 'ada' }],
    ['the mark of an application', { idtyp: 'app' }],
    ['a subject that is an object id', { oid: 'ada' }],
    ['a service account', { preferred_username: 'service-account-billing' }],
    ['the grant of client credentials', { gty: 'client-credentials' }],
  ])('with %s is a machine’s', (_, claims) => {
    expect(principal(claims).kind).toBe('machine');
  });

  it('of a person that came by a client is a person’s', () => {
    const claims = { client_id: 'console', azp: 'console', oid: '1', idtyp: 'user' };
    expect(principal({ ...claims, preferred_username: 'ada' }).kind).toBe('human');
  });

  it.each([
    ['human', 'human'],
    ['user', 'human'],
    ['machine', 'machine'],
    ['', 'machine'],
    [undefined, 'machine'],
    [['human'], 'machine'],
  ])('is judged by the claim that is said to tell it alone: %j', (value, kind) => {
    expect(principal({ typ_of: value }, { kindClaim: 'typ_of' }).kind).toBe(kind);
  });

  it('may name two hundred groups, and no more', () => {
    const groups = Array.from({ length: 200 }, (_, index) => `group ${index}`);
    expect(principal({ groups }).groups).toEqual(groups);
    const refused = { code: 'too-many-groups', status: 403 };
    expect(refusal({ groups: [...groups, 'one more'] })).toMatchObject(refused);
    expect(refusal({ _claim_names: { groups: 'src1' } })).toMatchObject(refused);
  });

  it.each([[['a\u{0}b']], [['']], [['a'.repeat(201)]], [[7]], [{ finance: true }]])(
    'is of no use with groups such as %j',
    (groups) => {
      expect(refusal({ groups })).toMatchObject({ code: 'token-unusable' });
    },
  );
});
