import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tracePage } from '../../src/views/request-trace/request-trace.schema.js';
import { trace, type Trace } from '../../src/views/request-trace/trace.js';
import { riskReport } from '../../src/views/risk-report/risk-report.js';
import { DRAFT, SUMMARY } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';

const HOUR = 3_600_000;
const JUMP = 5 * HOUR;

describe('A clock that jumps back by hours', () => {
  let docket: TestDocket;
  let behind: number;
  /** Two requests from before the jump, one of them still waiting then. */
  let done: Trace;
  let waiting: Trace;

  beforeEach(async () => {
    behind = 0;
    docket = await startTestDocket({ clock: { now: () => new Date(Date.now() - behind) } });
    done = await docket.submit('ada', SUMMARY);
    waiting = await docket.submit('ada', DRAFT);
    behind = JUMP;
  });
  afterEach(() => docket.close());

  it('leaves the log in the order in which it was recorded, and every event findable behind another', async () => {
    await docket.submit('ada', SUMMARY);
    const log = await docket.log();
    const times = log.map(({ recordedAt }) => Date.parse(recordedAt ?? ''));
    expect(Math.max(...times) - times.at(-1)!).toBeGreaterThan(JUMP - HOUR);
    const positions = log.map(({ position }) => BigInt(position));
    expect(positions).toEqual(positions.toSorted((a, b) => (a < b ? -1 : 1)));
    expect(await docket.traceOf(done.id, done.position)).toEqual(done);
  });

  it('keeps nobody from deciding, and nothing is executed twice', async () => {
    const approved = trace.parse((await docket.decide('grace', 'approve', waiting)).json());
    expect(approved.status).toBe('executed');
    expect((await docket.decide('linus', 'approve', waiting)).status).toBe(409);
    const after = await docket.submit('ada', SUMMARY);
    expect(after.status).toBe('executed');
    const sessions = docket.gateway.calls.map(({ sessionKey }) => sessionKey);
    expect(sessions.toSorted()).toEqual(
      [done.id, waiting.id, after.id].map((id) => `docket-${id}`).toSorted(),
    );
  });

  it('makes no duration negative', async () => {
    const { position } = trace.parse((await docket.decide('grace', 'approve', waiting)).json());
    const day = (days: number) => new Date(Date.now() + days * 24 * HOUR).toISOString();
    const query = `from=${day(-2)}&to=${day(2)}&minPosition=${position}`;
    const answer = await docket.call('ana', 'GET', `/v1/reports/risk?${query}`);
    const { latency } = riskReport.parse(answer.json());
    expect(latency).toMatchObject({ decision: { max: 0 }, approval: { max: 0 } });
    expect(latency.execution?.p50).toBeGreaterThanOrEqual(0);
  });

  it('lists every request once, page by page, by the time at which it was submitted', async () => {
    const later = [await docket.submit('ada', SUMMARY), await docket.submit('ada', SUMMARY)];
    const listed: Trace[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const at: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const query = `limit=1&minPosition=${later[1]?.position}${at}`;
      const page = tracePage.parse(
        (await docket.call('audrey', 'GET', `/v1/requests?${query}`)).json(),
      );
      listed.push(...page.items);
      cursor = page.nextCursor;
    }
    const ids = listed.map(({ id }) => id);
    expect(ids.toSorted()).toEqual([done, waiting, ...later].map(({ id }) => id).toSorted());
    const times = listed.map(({ submittedAt }) => submittedAt);
    expect(times).toEqual(times.toSorted().toReversed());
  });

  it('shows the past by position as it was, and by time up to the first event that is later', async () => {
    const refused = trace.parse((await docket.decide('grace', 'reject', waiting)).json());
    const asOf = async (when: string) => {
      const path = `/v1/requests/${waiting.id}?asOf=${encodeURIComponent(when)}`;
      return (await docket.call('audrey', 'GET', path)).json();
    };
    expect(await asOf(waiting.position)).toEqual(waiting);
    expect(await asOf(refused.position)).toEqual(refused);
    expect(await asOf(waiting.submittedAt)).toEqual(refused);
    const afterJump = refused.blocked?.at ?? '';
    expect(afterJump < waiting.submittedAt).toBe(true);
    expect(await asOf(afterJump)).toMatchObject({ code: 'request-not-found' });
  });
});
