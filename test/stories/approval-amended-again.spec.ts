import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { trace, type Trace } from '../../src/views/request-trace/trace.js';
import type { Answer } from '../support/docket/http-client.js';
import { DRAFT } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';

let docket: TestDocket;

beforeAll(async () => {
  docket = await startTestDocket();
});
afterAll(() => docket.close());

const shown = (answer: Answer): Trace => trace.parse(answer.json());
const asked = (how: string) => ({ request: `Draft an email asking finance ${how}.` });

describe('Content that several approvers amend', () => {
  it('runs only when somebody approves it who edited none of it', async () => {
    const submitted = await docket.submit('ada', DRAFT);
    const first = shown(await docket.amend('grace', submitted, asked('kindly')));
    const second = shown(await docket.amend('linus', first, asked('kindly and briefly')));
    const byEditors = shown(await docket.decide('grace', 'approve', second));
    expect(byEditors).toMatchObject({
      status: 'awaiting-approval',
      versions: [
        { by: 'ada', approvedBy: [] },
        { by: 'grace', approvedBy: ['grace'] },
        { by: 'linus', approvedBy: ['linus', 'grace'] },
      ],
    });
    expect(docket.gateway.calls).toEqual([]);
    const done = shown(await docket.decide('gus', 'approve', second));
    expect(done.status).toBe('executed');
    expect(docket.gateway.calls).toMatchObject([asked('kindly and briefly')]);
    expect(
      (await docket.eventsOf(done.id)).find(({ type }) => type === 'Approved')?.data,
    ).toMatchObject({ by: ['linus', 'grace', 'gus'], contentDigest: second.contentDigest });
  });

  it('may be corrected by who amended it, and is refused by one of them', async () => {
    const submitted = await docket.submit('ada', DRAFT);
    const typo = shown(await docket.amend('grace', submitted, asked('kndly')));
    const right = shown(await docket.amend('grace', typo, asked('kindly')));
    expect(right.versions?.at(-1)?.difference?.changes).toEqual([
      { path: '/request', start: 30, removed: 'kndly', added: 'kindly' },
    ]);
    const refused = shown(await docket.decide('linus', 'reject', right));
    expect(refused).toMatchObject({ status: 'blocked', blocked: { code: 'refused' } });
  });

  it('is one of two when two amend it at the same moment', async () => {
    const submitted = await docket.submit('ada', DRAFT);
    const answers = await Promise.all([
      docket.amend('grace', submitted, asked('kindly')),
      docket.amend('linus', submitted, asked('briefly')),
    ]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
    const types = (await docket.eventsOf(submitted.id)).map(({ type }) => type);
    expect(types.filter((type) => type === 'ContentAmended')).toHaveLength(1);
  });

  it('is amended ten times at the most', async () => {
    let last = await docket.submit('ada', DRAFT);
    for (let time = 1; time <= 10; time += 1) {
      last = shown(await docket.amend('grace', last, asked(`for the time ${time}`)));
    }
    const answer = await docket.amend('grace', last, asked('once more'));
    expect([answer.status, answer.json()]).toMatchObject([409, { code: 'too-many-amendments' }]);
    expect(shown(await docket.decide('linus', 'approve', last)).status).toBe('executed');
  });
});
