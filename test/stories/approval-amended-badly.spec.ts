import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { trace, type Trace } from '../../src/views/request-trace/trace.js';
import {
  refusalExpectation,
  type RefusalExpectation,
} from '../support/docket/refusal-expectation.js';
import { DRAFT, TRANSFER } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';

const BETTER = { request: 'Draft an email asking finance kindly.' };

let docket: TestDocket;
let expectRefusal: RefusalExpectation;
let waiting: Trace;
let own: Trace;
let decided: Trace;

beforeAll(async () => {
  docket = await startTestDocket();
  waiting = await docket.submit('ada', DRAFT);
  own = await docket.submit('gus', { ...DRAFT, onBehalfOf: 'grace' });
  decided = await docket.submit('ada', DRAFT);
  await docket.decide('grace', 'reject', decided);
  expectRefusal = await refusalExpectation(docket);
});
afterAll(() => docket.close());

describe('An amendment is turned down', () => {
  it.each<[string, object, object, readonly string[]]>([
    ['gives no reason', BETTER, { comment: undefined }, ['comment']],
    ['gives a blank reason', BETTER, { comment: ' \n' }, ['comment']],
    ['gives a reason that nobody can see', BETTER, { comment: '\u200b' }, ['comment']],
    ['has no content', {}, { content: undefined }, ['content']],
    ['has a blank text', { request: ' ' }, {}, ['content.request']],
    ['has a text too long', { request: 'a'.repeat(200_001) }, {}, ['content.request']],
    ['has half a surrogate pair', { request: '\ud800' }, {}, ['content.request']],
    ['would change the agent', { ...BETTER, agent: 'other' }, {}, ['content.agent']],
    ['would change the conversation', { ...BETTER, sessionKey: 's' }, {}, ['content.sessionKey']],
    ['would change the temperature', { ...BETTER, temperature: 1 }, {}, ['content.temperature']],
    ['would change the tool', { kind: 'tool', tool: 'x', args: {} }, {}, ['content.tool']],
    ['has rounded arguments', { kind: 'tool', args: { a: 2 ** 60 } }, {}, ['content.args']],
    ['is of no known kind', { kind: 'shell' }, {}, ['content.kind']],
    ['names no digest', BETTER, { contentDigest: 'latest' }, ['contentDigest']],
    ['is another word for one', BETTER, { decision: 'edit' }, ['decision']],
  ])('when it %s', async (_, content, over, fields) => {
    await expectRefusal(
      await docket.amend('grace', waiting, content, over),
      400,
      'invalid-request',
      fields,
    );
  });

  it('when an approval comes with content', async () => {
    const answer = await docket.amend('grace', waiting, BETTER, { decision: 'approve' });
    await expectRefusal(answer, 400, 'invalid-request', ['content']);
  });

  it('when it changes nothing, or makes another kind of thing of it', async () => {
    const same = await docket.amend('grace', waiting, { request: DRAFT.request });
    await expectRefusal(same, 422, 'nothing-amended', []);
    const call = await docket.amend('grace', waiting, { kind: 'tool', args: {} });
    await expectRefusal(call, 422, 'kind-changed', []);
  });

  it('by authors, by others than approvers, of what nobody saw or was decided', async () => {
    for (const author of ['gus', 'grace'] as const) {
      await expectRefusal(await docket.amend(author, own, BETTER), 403, 'self-approval', []);
    }
    for (const stranger of ['ada', 'audrey', 'ana', 'root'] as const) {
      await expectRefusal(await docket.amend(stranger, waiting, BETTER), 403, 'forbidden', []);
    }
    const unseen = { contentDigest: 'f'.repeat(64) };
    const stale = await docket.amend('grace', waiting, BETTER, unseen);
    await expectRefusal(stale, 409, 'content-changed', ['contentDigest']);
    const late = await docket.amend('linus', decided, BETTER);
    await expectRefusal(late, 409, 'not-awaiting-approval', []);
    const none = { ...waiting, id: '019a0000-0000-7000-8000-000000000000' };
    await expectRefusal(await docket.amend('grace', none, BETTER), 404, 'request-not-found', []);
  });
});

describe('An amendment', () => {
  it('that the policy prohibits blocks the request at once', async () => {
    const submitted = await docket.submit('ada', DRAFT);
    const answer = await docket.amend('grace', submitted, { request: TRANSFER.request });
    expect([answer.status, trace.parse(answer.json())]).toMatchObject([
      200,
      {
        status: 'blocked',
        blocked: { by: 'policy:default', code: 'policy' },
        versions: [{ approvedBy: [] }, { classification: { risk: 'red' }, approvedBy: [] }],
      },
    ]);
    const late = await docket.decide('linus', 'approve', trace.parse(answer.json()));
    expect(late.status).toBe(409);
    expect(docket.gateway.calls).toEqual([]);
  });

  it('that the policy would let run still waits for somebody else', async () => {
    const submitted = await docket.submit('ada', DRAFT);
    const edit = { request: 'Summarise our internal AI policy in five points.' };
    const amended = trace.parse((await docket.amend('grace', submitted, edit)).json());
    expect(amended).toMatchObject({
      status: 'awaiting-approval',
      classification: { risk: 'green', requiresApproval: false },
      queued: null,
    });
    const inQueue = await docket.waitingFor('linus', amended.position);
    expect(inQueue.map(({ id }) => id)).toContain(amended.id);
    expect(docket.gateway.calls).toEqual([]);
    const done = trace.parse((await docket.decide('linus', 'approve', amended)).json());
    expect(done.status).toBe('executed');
    expect(docket.gateway.calls).toMatchObject([edit]);
  });
});
