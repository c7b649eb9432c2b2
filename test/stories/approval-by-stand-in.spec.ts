import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Dispatcher } from 'undici';
import { shownDelegation, type ShownDelegation } from '../../src/delegation/delegation.schema.js';
import { issueKey } from '../../src/identity/api-key.js';
import { problemDetails } from '../../src/http/problem.js';
import { trace, type Trace } from '../../src/views/request-trace/trace.js';
import { accessEvents, refusedIn } from '../support/docket/access-records.js';
import { makeDataFolder, type DataFolder } from '../support/docket/data-folder.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';

const HOUR = 3_600_000;
const SPENDING = { request: 'Draft the order of new laptops.', onBehalfOf: 'employee-001' };
const INVOICE = { request: 'Settle the invoice of the cloud provider.' };

/** Finance decides; two of them on invoices. */
const POLICY = {
  name: 'stand-ins',
  levels: {
    green: { category: 'ordinary', confidence: 0.8, reason: 'Nothing speaks against it.' },
    amber: { category: 'needs-review', confidence: 0.8, reason: 'A person decides.' },
    red: { category: 'prohibited', confidence: 0.8, reason: 'It never runs.' },
  },
  approval: {
    amber: { quorum: 1, eligible: ['finance'], expiresAfter: '240h' },
    categories: { invoices: { quorum: 2, eligible: ['finance'], expiresAfter: '240h' } },
  },
  blocked: { alternative: 'A draft can be prepared instead.' },
  rules: [
    {
      id: 'drafts',
      risk: 'amber',
      reason: 'A person decides.',
      match: [{ words: ['draft'] }],
    },
    {
      id: 'invoices',
      risk: 'amber',
      category: 'invoices',
      reason: 'Two people decide.',
      match: [{ words: ['invoice'] }],
    },
  ],
  tools: {
    unknown: { risk: 'amber', reason: 'The tool is not known.' },
    rules: [{ id: 'reading', risk: 'green', reason: 'It only reads.', names: ['sessions_list'] }],
  },
};

const PEOPLE = {
  fiona: { roles: ['approver', 'requester'], groups: ['finance', 'board'] },
  frank: { roles: ['approver'], groups: ['finance'] },
  stan: { roles: ['approver', 'requester'], groups: [] },
  sue: { roles: ['approver'], groups: [] },
  ada: { roles: ['requester'], groups: [] },
  audrey: { roles: ['auditor'], groups: [] },
  root: { roles: ['admin'], groups: [] },
} as const;
type Person = keyof typeof PEOPLE;

describe('A stand-in', () => {
  let folder: DataFolder;
  let keys: ReadonlyMap<string, string>;
  let docket: TestDocket;
  let ahead: number;

  beforeAll(async () => {
    folder = await makeDataFolder();
    const policy = join(folder.path, 'policy');
    await mkdir(policy);
    await writeFile(join(policy, 'policy.yaml'), JSON.stringify(POLICY));
    const issued = Object.entries(PEOPLE).map(([id, person]) => issueKey({ id, ...person }));
    keys = new Map(issued.map(({ stored, plain }) => [stored.identity, plain]));
    const known = JSON.parse(await readFile(folder.keysFile, 'utf8')) as { keys: object[] };
    const all = [...known.keys, ...issued.map(({ stored }) => stored)];
    await writeFile(folder.keysFile, JSON.stringify({ keys: all }));
  });
  beforeEach(async () => {
    ahead = 0;
    docket = await startTestDocket({
      folder,
      settings: { policyDir: join(folder.path, 'policy') },
      clock: { now: () => new Date(Date.now() + ahead) },
    });
  });
  afterEach(async () => {
    for (const { id, state } of await delegations('root')) {
      if (state !== 'over') await call('root', 'POST', `/v1/delegations/${id}/revocation`);
    }
    await docket.close();
  });
  afterAll(() => folder.remove());

  const call = (as: Person, method: Dispatcher.HttpMethod, path: string, body?: object) =>
    docket.call(null, method, path, {
      headers: { authorization: `Bearer ${keys.get(as)}` },
      ...(body && { body }),
    });

  const hoursLater = (hours: number) => new Date(Date.now() + ahead + hours * HOUR).toISOString();

  const delegate = (from: Person, to: string, over: object = {}) =>
    call(from, 'POST', '/v1/delegations', { to, endsAt: hoursLater(24), ...over });

  async function delegated(from: Person, to: string, over: object = {}): Promise<ShownDelegation> {
    const answer = await delegate(from, to, over);
    expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
    return shownDelegation.parse(answer.json());
  }

  const delegations = async (as: Person, query = '') =>
    ((await call(as, 'GET', `/v1/delegations${query}`)).json() as { items: ShownDelegation[] })
      .items;

  const submit = async (as: Person, body: object): Promise<Trace> =>
    trace.parse((await call(as, 'POST', '/v1/requests', body)).json());

  const decide = (as: Person, { id, contentDigest }: Trace, over: object = {}) =>
    call(as, 'POST', `/v1/requests/${id}/decisions`, {
      decision: 'approve',
      contentDigest,
      ...over,
    });

  /** What became of a decision: the status of the request, or the problem's code. */
  async function outcome(as: Person, request: Trace, over: object = {}) {
    const answer = await decide(as, request, over);
    if (answer.status === 200) return trace.parse(answer.json()).status;
    return problemDetails.parse(answer.json()).code;
  }

  async function queueOf(as: Person, { position }: Trace): Promise<readonly string[]> {
    const answer = await call(as, 'GET', `/v1/approvals?limit=500&minPosition=${position}`);
    return (answer.json() as { items: { id: string }[] }).items.map(({ id }) => id);
  }

  it('decides with the groups of who named them, and the trace shows for whom', async () => {
    const waiting = await submit('ada', SPENDING);
    expect(await outcome('stan', waiting)).toBe('not-eligible');
    expect(await queueOf('stan', waiting)).not.toContain(waiting.id);
    await delegated('fiona', 'stan', { groups: ['finance'], comment: 'I am on leave.' });
    expect(await queueOf('stan', waiting)).toContain(waiting.id);
    const approved = trace.parse((await decide('stan', waiting, { comment: 'Fine.' })).json());
    expect(approved.approval).toMatchObject({
      state: 'approved',
      decisions: [{ by: 'stan', standsInFor: 'fiona', decision: 'approve', comment: 'Fine.' }],
    });
    const granted = (await docket.eventsOf(waiting.id)).find(
      ({ type }) => type === 'ApprovalGranted',
    );
    expect(granted).toMatchObject({ actor: 'stan', data: { by: 'stan', standsInFor: 'fiona' } });
  });

  it('refuses in their place as well', async () => {
    const waiting = await submit('ada', SPENDING);
    await delegated('fiona', 'stan');
    const answer = await decide('stan', waiting, { decision: 'reject', comment: 'Not now.' });
    expect(trace.parse(answer.json())).toMatchObject({
      status: 'blocked',
      approval: { decisions: [{ by: 'stan', standsInFor: 'fiona', decision: 'reject' }] },
    });
  });

  it('decides with their own right where that is enough', async () => {
    const waiting = await submit('ada', SPENDING);
    await delegated('fiona', 'frank');
    const approved = trace.parse((await decide('frank', waiting)).json());
    expect(approved.approval?.decisions).toMatchObject([{ by: 'frank', standsInFor: null }]);
  });

  it('may say for whom they decide, and is refused for anybody else', async () => {
    const waiting = await submit('ada', SPENDING);
    await delegated('fiona', 'frank');
    expect(await outcome('frank', waiting, { standsInFor: 'stan' })).toBe('not-standing-in');
    const approved = trace.parse((await decide('frank', waiting, { standsInFor: 'fiona' })).json());
    expect(approved.approval?.decisions).toMatchObject([{ by: 'frank', standsInFor: 'fiona' }]);
  });

  it('has only the groups that they were given', async () => {
    const waiting = await submit('ada', SPENDING);
    await delegated('fiona', 'stan', { groups: ['board'] });
    expect(await outcome('stan', waiting)).toBe('not-eligible');
    expect(await queueOf('stan', waiting)).not.toContain(waiting.id);
  });

  it('decides from the beginning of the period until its end', async () => {
    const waiting = await submit('ada', SPENDING);
    await delegated('fiona', 'stan', { startsAt: hoursLater(2), endsAt: hoursLater(5) });
    expect(await outcome('stan', waiting)).toBe('not-eligible');
    ahead = 5 * HOUR + 1_000;
    expect(await outcome('stan', waiting)).toBe('not-eligible');
    expect(await outcome('stan', waiting, { standsInFor: 'fiona' })).toBe('not-standing-in');
    ahead = 3 * HOUR;
    expect(await queueOf('stan', waiting)).toContain(waiting.id);
    expect(await outcome('stan', waiting)).not.toBe('not-eligible');
  });

  it('decides no more as soon as it is revoked, by who named them or an administrator', async () => {
    for (const revoker of ['fiona', 'root'] as const) {
      const waiting = await submit('ada', SPENDING);
      const { id } = await delegated('fiona', 'stan');
      for (const stranger of ['stan', 'frank'] as const) {
        const answer = await call(stranger, 'POST', `/v1/delegations/${id}/revocation`);
        expect([answer.status, answer.json()]).toMatchObject([
          404,
          { code: 'delegation-not-found' },
        ]);
      }
      const revoked = await call(revoker, 'POST', `/v1/delegations/${id}/revocation`);
      expect(revoked.json()).toMatchObject({ state: 'over', revoked: { by: revoker } });
      expect(await outcome('stan', waiting)).toBe('not-eligible');
      expect(await outcome('stan', waiting, { standsInFor: 'fiona' })).toBe('not-standing-in');
      const again = await call('fiona', 'POST', `/v1/delegations/${id}/revocation`);
      expect([again.status, again.json()]).toMatchObject([409, { code: 'delegation-over' }]);
    }
  });

  it('never decides on what is their own or of whom they stand in for', async () => {
    await delegated('fiona', 'stan');
    const own = await submit('stan', SPENDING);
    const ofFiona = await submit('fiona', SPENDING);
    const forFiona = await submit('ada', { ...SPENDING, onBehalfOf: 'fiona' });
    const forStan = await submit('ada', { ...SPENDING, onBehalfOf: 'stan' });
    for (const waiting of [own, ofFiona, forFiona, forStan]) {
      expect(await outcome('stan', waiting)).toMatch(/^(self-approval|not-eligible)$/);
      expect(await outcome('stan', waiting, { standsInFor: 'fiona' })).toBe('self-approval');
      expect(await queueOf('stan', waiting)).not.toContain(waiting.id);
      expect((await docket.traceOf(waiting.id)).status).toBe('awaiting-approval');
    }
  });

  it('and who named them are one voice, whoever decides first', async () => {
    await delegated('fiona', 'stan');
    const [first, second] = [await submit('ada', INVOICE), await submit('ada', INVOICE)];
    const byStan = trace.parse((await decide('stan', first)).json());
    expect(byStan.status).toBe('awaiting-approval');
    expect(await outcome('fiona', first)).toBe('already-decided');
    expect(await outcome('stan', first)).toMatch(/already-decided|not-eligible/);
    expect(await queueOf('fiona', byStan)).not.toContain(first.id);
    const byFiona = trace.parse((await decide('fiona', second)).json());
    expect(byFiona.status).toBe('awaiting-approval');
    expect(await outcome('stan', second)).toBe('already-decided');
    expect(await queueOf('stan', byFiona)).not.toContain(second.id);
    for (const waiting of [first, second]) {
      expect(await outcome('frank', waiting)).not.toBe('awaiting-approval');
      const { approval } = await docket.reached(waiting.id, 'executed');
      expect(approval?.decisions.map(({ by }) => by)).toContain('frank');
      expect(approval?.decisions).toHaveLength(2);
    }
  });

  it('is one voice with who named them also where both decide at the same moment', async () => {
    await delegated('fiona', 'stan');
    for (let round = 0; round < 5; round += 1) {
      const waiting = await submit('ada', INVOICE);
      const outcomes = await Promise.all([outcome('stan', waiting), outcome('fiona', waiting)]);
      expect(outcomes.toSorted()).toEqual(['already-decided', 'awaiting-approval']);
      const events = await docket.eventsOf(waiting.id);
      expect(events.filter(({ type }) => type === 'ApprovalGranted')).toHaveLength(1);
    }
  });

  it('amends, or who named them decides, but not both where they come at the same moment', async () => {
    await delegated('fiona', 'stan');
    for (let round = 0; round < 5; round += 1) {
      const waiting = await submit('ada', SPENDING);
      const amend = {
        decision: 'amend',
        comment: 'Fewer of them.',
        content: { kind: 'chat', request: 'Draft the order of one new laptop.' },
      };
      const outcomes = await Promise.all([
        outcome('stan', waiting, amend),
        outcome('fiona', waiting),
      ]);
      expect(outcomes.join(' ')).toMatch(
        /^(awaiting-approval (content-changed|already-decided)|not-awaiting-approval (approved|executing|executed))$/,
      );
    }
  });

  it('is one voice also with another stand-in of the same person', async () => {
    await delegated('fiona', 'stan');
    await delegated('fiona', 'sue');
    const waiting = await submit('ada', INVOICE);
    expect(await outcome('stan', waiting)).toBe('awaiting-approval');
    expect(await outcome('sue', waiting)).toBe('already-decided');
  });

  it('edits in their place, and then who named them is no other person either', async () => {
    const waiting = await submit('ada', INVOICE);
    await delegated('fiona', 'stan');
    await delegated('fiona', 'sue');
    const amended = trace.parse(
      (
        await decide('stan', waiting, {
          decision: 'amend',
          comment: 'By the end of the month.',
          content: { kind: 'chat', request: 'Settle the invoice by the end of the month.' },
        })
      ).json(),
    );
    expect(amended).toMatchObject({
      status: 'awaiting-approval',
      approval: {
        decisions: [
          { by: 'stan', standsInFor: 'fiona', decision: 'amend' },
          { by: 'stan', standsInFor: 'fiona', decision: 'approve', groups: ['finance', 'board'] },
        ],
      },
    });
    expect(await outcome('fiona', amended)).toBe('already-decided');
    expect(await outcome('sue', amended)).toBe('already-decided');
    expect(await outcome('frank', amended)).not.toBe('awaiting-approval');
    await docket.reached(waiting.id, 'executed');
  });

  it('hands nothing on', async () => {
    const waiting = await submit('ada', SPENDING);
    await delegated('fiona', 'stan');
    const taken = await delegate('stan', 'sue', { groups: ['finance'] });
    expect([taken.status, taken.json()]).toMatchObject([403, { code: 'not-own-group' }]);
    expect(await delegated('stan', 'sue')).toMatchObject({ groups: [] });
    expect(await outcome('sue', waiting)).toBe('not-eligible');
    expect(await outcome('sue', waiting, { standsInFor: 'fiona' })).toBe('not-standing-in');
    expect(await outcome('sue', waiting, { standsInFor: 'stan' })).toBe('not-eligible');
  });

  it('has to be an approver', async () => {
    const waiting = await submit('fiona', { ...SPENDING, onBehalfOf: 'employee-002' });
    await delegated('frank', 'ada');
    expect(await outcome('ada', waiting)).toBe('forbidden');
    const answer = await delegate('ada', 'stan');
    expect([answer.status, answer.json()]).toMatchObject([403, { code: 'forbidden' }]);
  });

  it('is named in ways that make sense, and what does not is refused by its name', async () => {
    await delegated('fiona', 'stan');
    const wrong = [
      ['self-delegation', 'to', 403, await delegate('fiona', 'fiona')],
      ['not-own-group', 'groups', 403, await delegate('frank', 'sue', { groups: ['board'] })],
      [
        'invalid-delegation-period',
        'endsAt',
        400,
        await delegate('frank', 'sue', { endsAt: hoursLater(-1) }),
      ],
      [
        'invalid-delegation-period',
        'endsAt',
        400,
        await delegate('frank', 'sue', { endsAt: hoursLater(24 * 91) }),
      ],
      ['invalid-request', 'endsAt', 400, await delegate('frank', 'sue', { endsAt: 'soon' })],
      ['invalid-request', 'to', 400, await delegate('frank', '')],
    ] as const;
    for (const [code, field, status, answer] of wrong) {
      const problem = problemDetails.parse(answer.json());
      expect([answer.status, problem.code, problem.errors.map(({ path }) => path)]).toEqual([
        status,
        code,
        [field],
      ]);
    }
    const second = await delegate('fiona', 'stan');
    expect([second.status, second.json()]).toMatchObject([409, { code: 'delegation-exists' }]);
    const refused = refusedIn(await accessEvents(docket.call)).filter(
      ({ action }) => action === 'delegation.grant',
    );
    // The very same refusals that come at once are one event.
    const codes = refused.flatMap(({ code, times }) => Array.from({ length: times }, () => code));
    expect(codes.slice(-7).toSorted()).toEqual(
      [...wrong.map(([code]) => code), 'delegation-exists'].toSorted(),
    );
  });

  it('is known to the two of them, to auditors and administrators, and to nobody else', async () => {
    const { id } = await delegated('fiona', 'stan', { comment: 'On leave.' });
    for (const as of ['fiona', 'stan', 'audrey', 'root'] as const) {
      expect((await delegations(as)).find((one) => one.id === id)).toMatchObject({
        from: 'fiona',
        to: 'stan',
        comment: 'On leave.',
        state: 'in-force',
      });
    }
    expect((await delegations('frank')).map((one) => one.id)).not.toContain(id);
    expect((await call('ada', 'GET', '/v1/delegations')).status).toBe(403);
    await call('fiona', 'POST', `/v1/delegations/${id}/revocation`);
    expect((await delegations('fiona')).map((one) => one.id)).not.toContain(id);
    expect((await delegations('fiona', '?state=over')).map((one) => one.id)).toContain(id);
  });

  it('is on record, with who named them and who took it back', async () => {
    const { id } = await delegated('fiona', 'stan');
    await call('root', 'POST', `/v1/delegations/${id}/revocation`);
    const events = (await docket.log()).filter(({ correlationId }) => correlationId === id);
    expect(events).toMatchObject([
      { type: 'DelegationGranted', stream: 'delegation-register', actor: 'fiona' },
      { type: 'DelegationRevoked', stream: 'delegation-register', actor: 'root' },
    ]);
  });
});
