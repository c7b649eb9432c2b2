import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import {
  describedRoutes,
  readApiDescription,
  type ApiDescription,
} from '../support/docket/api-description.js';
import { DRAFT, SESSIONS, SUMMARY, TRANSFER } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';
import { until } from '../support/docket/until.js';

let docket: TestDocket;

beforeAll(async () => {
  docket = await startTestDocket();
});
afterAll(() => docket.close());

const get = (path: string) => docket.call(null, 'GET', path);

describe('An operator', () => {
  it('sees that the process lives', async () => {
    const answer = await get('/healthz');
    expect([answer.status, answer.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('sees that it takes requests, or what is missing', async () => {
    const views = { 'request-trace': true, 'approval-queue': true, 'risk-report': true };
    const ready = await until(async () => {
      const answer = await get('/readyz');
      return answer.status === 200 && answer;
    });
    expect(ready.json()).toEqual({
      ready: true,
      eventStore: true,
      gateway: true,
      views,
      reasons: [],
    });
    docket.gateway.setReady(false);
    const answer = await get('/readyz');
    expect([answer.status, answer.json()]).toEqual([
      503,
      {
        ready: false,
        eventStore: true,
        gateway: false,
        views,
        reasons: ['The agent gateway does not answer.'],
      },
    ]);
    docket.gateway.setReady(true);
  });

  it('is told which view is further behind the log than it may be, and since when', async () => {
    const service = await startTestDocket({ settings: { maxViewLag: 100 } });
    await service.submit('ada', SUMMARY);
    const views = new DatabaseSync(join(service.folder.path, 'views.db'));
    views.exec('begin immediate');
    await service.submit('ada', SUMMARY);
    const answer = await until(async () => {
      const asked = await service.call(null, 'GET', '/readyz');
      return asked.status === 503 && asked;
    });
    expect(answer.json()).toMatchObject({
      ready: false,
      views: { 'request-trace': false },
      reasons: expect.arrayContaining([
        expect.stringMatching(/^The view request-trace is \d+\.\d s behind the event log\.$/),
      ]),
    });
    const { text } = await service.call(null, 'GET', '/metrics');
    expect(text).toMatch(/^docket_view_lag_seconds\{view="request-trace"\} [\d.]*[1-9]/m);
    views.exec('commit');
    views.close();
    await service.close();
  });

  it('may still submit while the gateway cannot be asked for its agents', async () => {
    docket.gateway.setReady(false);
    expect((await docket.submit('ada', SUMMARY)).status).toBe('executed');
    docket.gateway.setReady(true);
  });

  it('reads metrics in Prometheus’ format, of the process and of the service', async () => {
    const { position } = await docket.submit('ada', SUMMARY);
    await docket.call('audrey', 'GET', `/v1/requests?minPosition=${position}`);
    const { headers, text } = await get('/metrics');
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(text).toMatch(/^docket_executions_running 0$/m);
    expect(text).toMatch(/^docket_executions_queued 0$/m);
    expect(text).toMatch(/^docket_event_store_up 1$/m);
    expect(text).toMatch(/^docket_projecting 1$/m);
    expect(text).toMatch(/^docket_view_lag_seconds\{view="request-trace"\} \d/m);
    expect(text).not.toMatch(/^docket_subscription/m);
    expect(text).toMatch(/^docket_view_broken_streams\{view="request-trace"\} 0$/m);
    expect(text).toMatch(/^process_cpu_seconds_total /m);
    const [, reached] = /^docket_view_position\{view="request-trace"\} (\d+)$/m.exec(text) ?? [];
    expect(Number(reached)).toBeGreaterThanOrEqual(Number(position));
  });
});

describe('A browser', () => {
  it('gets a docs page that loads nothing from elsewhere', async () => {
    const page = await get('/docs');
    expect([page.status, page.headers['content-type']]).toEqual([
      200,
      expect.stringMatching('text/html'),
    ]);
    const assets = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(
      ([, asset]) => asset ?? '',
    );
    expect(assets.length).toBeGreaterThan(2);
    for (const asset of assets) {
      expect(new URL(asset, `${docket.url}/docs`).origin).toBe(docket.url);
      const { pathname } = new URL(asset, `${docket.url}/docs`);
      expect([pathname, (await get(pathname)).status]).toEqual([pathname, 200]);
    }
    expect(page.text).not.toMatch(/<script(?![^>]* src=)|@import|url\(/);
  });

  it.each(['/docs', '/healthz', '/v1/requests', '/nowhere'])(
    'is told at %s to load, frame and guess nothing',
    async (path) => {
      const { headers } = await get(path);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['x-powered-by']).toBeUndefined();
    },
  );
});

describe('The OpenAPI document', () => {
  let described: ApiDescription;

  beforeAll(async () => {
    described = await readApiDescription(docket.call);
  });

  it('describes every call of the API, each with a name of its own', () => {
    expect(Object.keys(described.paths).toSorted()).toEqual([
      '/healthz',
      '/readyz',
      '/v1/access',
      '/v1/approvals',
      '/v1/delegations',
      '/v1/delegations/{id}/revocation',
      '/v1/events',
      '/v1/events/stream',
      '/v1/exports/events',
      '/v1/exports/requests',
      '/v1/reports/risk',
      '/v1/requests',
      '/v1/requests/{id}',
      '/v1/requests/{id}/decisions',
      '/v1/requests/{id}/events',
      '/v1/requests/{id}/resolution',
      '/v1/requests/{id}/stream',
      '/v1/requests/{id}/withdrawal',
      '/v1/webhooks',
      '/v1/webhooks/dead-letters',
      '/v1/webhooks/dead-letters/{id}/replay',
      '/v1/webhooks/{endpoint}/replay',
      '/v1/webhooks/{endpoint}/test',
    ]);
    const ids = describedRoutes(described).map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('refers to nothing that it does not contain', () => {
    const referred = [...JSON.stringify(described).matchAll(/"\$ref":"([^"]+)"/g)];
    const known = Object.keys(described.components.schemas);
    expect(new Set(referred.map(([, ref]) => ref))).toEqual(
      new Set(known.map((name) => `#/components/schemas/${name}`)),
    );
  });

  it('names each parameter of an address, and no other', () => {
    for (const { path, operation } of describedRoutes(described)) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const parameters = operation.parameters.filter((parameter) => parameter.in === 'path');
      expect(parameters.map(({ name }) => name)).toEqual(named);
      expect(parameters.every(({ required }) => required)).toBe(true);
    }
  });

  it('says of every route what success is, and that errors are problem details', () => {
    for (const { name, operation } of describedRoutes(described)) {
      const statuses = Object.keys(operation.responses);
      expect([name, statuses.some((status) => status.startsWith('2'))]).toEqual([name, true]);
      if (!operation.security) continue;
      expect(statuses).toEqual(expect.arrayContaining(['400', '401', '403', '503']));
      for (const status of statuses.filter((one) => Number(one) >= 400)) {
        expect(operation.responses[status]?.content).toEqual({
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        });
      }
    }
  });

  it('describes what is really answered', async () => {
    const shown = [
      await docket.submit('ada', SUMMARY),
      await docket.submit('ada', SESSIONS),
      await docket.submit('ada', TRANSFER),
      await docket.submit('ada', DRAFT),
    ];
    const id = shown[3]?.id;
    const position = shown[3]?.position;
    for (const { id: one } of shown)
      await expectDescribed('ada', '/v1/requests/{id}', `/v1/requests/${one}`);
    await expectDescribed('ana', '/v1/requests/{id}', `/v1/requests/${id}?minPosition=${position}`);
    await expectDescribed('audrey', '/v1/requests', '/v1/requests');
    await expectDescribed('audrey', '/v1/requests/{id}/events', `/v1/requests/${id}/events`);
    await expectDescribed('audrey', '/v1/events', '/v1/events');
    await expectDescribed('grace', '/v1/approvals', `/v1/approvals?minPosition=${position}`);
    await expectDescribed('ana', '/v1/reports/risk', '/v1/reports/risk?groupBy=tool');
    await expectDescribed('ada', '/readyz', '/readyz');
    await expectDescribed('ada', '/v1/events', '/v1/events');
    await expectDescribed('ada', '/v1/requests', '/v1/requests?limit=0');
  });

  async function expectDescribed(as: Parameters<TestDocket['call']>[0], path: string, at: string) {
    const answer = await docket.call(as, 'GET', at);
    const [type] = String(answer.headers['content-type']).split(';');
    const schema =
      described.paths[path]?.get?.responses[answer.status]?.content?.[type ?? '']?.schema;
    expect([at, schema]).toEqual([at, expect.anything()]);
    const checked = schemaOf(described, schema ?? {}).safeParse(answer.json());
    expect([at, checked.error]).toEqual([at, undefined]);
  }
});

/** The schema as a client would generate it from the document alone. */
const schemaOf = ({ components }: ApiDescription, schema: Record<string, z.core.util.JSONType>) =>
  z.fromJSONSchema(
    JSON.parse(
      JSON.stringify({ ...schema, $defs: components.schemas }).replaceAll(
        '#/components/schemas/',
        '#/$defs/',
      ),
    ) as Parameters<typeof z.fromJSONSchema>[0],
  );
