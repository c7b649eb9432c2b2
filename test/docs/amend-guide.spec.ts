import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { projectRoot } from '../../src/runtime/project-root.js';
import { trace } from '../../src/views/request-trace/trace.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';

const guide = readFileSync(join(projectRoot, 'docs', 'guides', 'amend-a-request.md'), 'utf8');
const [body, versions] = [...guide.matchAll(/```json\n([^`]+)```/g)].map(([, text = '']): unknown =>
  JSON.parse(text),
);
const [, request = ''] = /_"([^"]+)"_/.exec(guide) ?? [];

describe('The guide to amendments', () => {
  let docket: TestDocket;

  beforeAll(async () => {
    docket = await startTestDocket();
  });
  afterAll(() => docket.close());

  it('shows what is posted, and what becomes of it', async () => {
    const { id, contentDigest } = await docket.submit('ada', { request });
    const path = `/v1/requests/${id}/decisions`;
    const posted = { body: { ...(body as object), contentDigest } };
    const amended = trace.parse((await docket.call('grace', 'POST', path, posted)).json());
    expect(amended).toMatchObject({ status: 'awaiting-approval', versions });
    const done = trace.parse((await docket.decide('linus', 'approve', amended)).json());
    expect(done.status).toBe('executed');
  });
});
