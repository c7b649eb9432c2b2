import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { makeCertificates } from '../../../../test/support/eventstoredb/certificates.js';
import { onPostgres } from '../../../../test/support/views/on-each-database.js';
import { submitted } from '../../../../test/support/views/sample-events.js';
import {
  append,
  openViewBench,
  rowsOf,
  type ViewBench,
  type ViewBenchOptions,
  type ViewPlace,
} from '../../../../test/support/views/view-bench.js';
import { createInMemoryEventStore } from '../../../event-store/in-memory/in-memory-event-store.js';
import { ConfigurationError } from '../../../runtime/configuration.error.js';
import { PROJECTIONS } from '../../projections.js';
import { RequestTraceQuery } from '../../request-trace/request-trace.query.js';
import { openPostgresViews } from './open-postgres-views.js';

const newer = PROJECTIONS.map((view) => ({ ...view, version: view.version + 1 }));

describe('Views in PostgreSQL', () => {
  const { server, benches } = onPostgres();
  const opened: ViewBench[] = [];

  afterEach(async () => {
    for (const bench of opened.splice(0)) await bench.close();
  });

  const opening = (address: string) => openPostgresViews(address, PROJECTIONS);
  const changed = async (change: (url: URL) => void): Promise<string> => {
    const url = new URL(await server().freshSchema());
    change(url);
    return url.href;
  };
  const open = async (options: ViewBenchOptions): Promise<ViewBench> => {
    const bench = await openViewBench(options);
    opened.push(bench);
    return bench;
  };
  const withEvent = async (place: ViewPlace, projections = PROJECTIONS): Promise<ViewBench> => {
    const store = createInMemoryEventStore();
    await append(store, randomUUID(), submitted());
    const bench = await open({ place, store, projections });
    bench.projector.start();
    await bench.caughtUp();
    return bench;
  };

  it('are laid out once by three replicas that start at the same moment', async () => {
    for (let round = 0; round < 3; round += 1) {
      const address = await server().freshSchema();
      const databases = await Promise.all([1, 2, 3].map(() => opening(address)));
      for (const database of databases) {
        expect((await rowsOf(database)).checkpoints).toHaveLength(PROJECTIONS.length);
      }
      const versions = await databases[0]!.read((trx) =>
        trx.selectFrom('view_schema').selectAll().execute(),
      );
      expect(versions).toHaveLength(1);
      await Promise.all(databases.map((database) => database.close()));
    }
  });

  it('stay untouched beside the tables of others, in the one schema of the connection', async () => {
    const place = await benches.place();
    const first = await withEvent(place);
    const second = await withEvent(await benches.place());
    await server().query(
      'create table public.risk_fact (id text); alter table public.risk_fact owner to docket',
    );
    await second.projector.rebuild();
    expect((await rowsOf(first.database)).traces).toHaveLength(1);
    expect(await server().query('select * from public.risk_fact')).toEqual([]);
  });

  it('of a newer Docket are refused, and its rows stay', async () => {
    const place = await benches.place();
    const bench = await withEvent(place, newer);
    await expect(place(PROJECTIONS)).rejects.toThrow(ConfigurationError);
    await expect(place(PROJECTIONS)).rejects.toThrow(/a newer Docket has written the view/);
    expect((await rowsOf(bench.database)).checkpoints).toHaveLength(PROJECTIONS.length);
  });

  it('with tables of a newer Docket are refused too', async () => {
    const place = await benches.place();
    const bench = await withEvent(place);
    await bench.database.write((trx) =>
      trx.updateTable('view_schema').set({ version: 99 }).execute(),
    );
    await expect(place(PROJECTIONS)).rejects.toThrow(/written these tables \(version 99/);
    expect((await rowsOf(bench.database)).traces).toHaveLength(1);
  });

  it('are taken over by a newer Docket; the older one notices without an event, says so and does no harm', async () => {
    const place = await benches.place();
    const older = await withEvent(place);
    const head = (await older.store.head())!;
    const successor = await open({ place, store: older.store, projections: newer });
    successor.projector.start();
    await successor.caughtUp();
    expect(successor.projector.isProjecting).toBe(true);
    expect(older.projector.isProjecting).toBe(false);
    expect(older.reports).toMatchObject([
      { type: 'projecting-failed', error: { name: 'ViewTakenOver' } },
      ...older.reports.slice(1).map(() => ({ error: { name: 'ConfigurationError' } })),
    ]);
    const taken = older.projector.waitFor(head, 20, 'request-trace');
    await expect(taken).rejects.toMatchObject({ code: 'view-behind' });
    const traces = new RequestTraceQuery(older.database);
    await expect(traces.list({ limit: 1 })).rejects.toMatchObject({ code: 'views-unavailable' });
    await append(older.store, randomUUID(), submitted());
    await successor.caughtUp();
    expect((await rowsOf(successor.database)).traces).toHaveLength(2);
  });

  it.each([
    ['a wrong password', (url: URL) => (url.password = 'hunter2'), /refuses this user or password/],
    ['an unknown user', (url: URL) => (url.username = 'nobody'), /refuses this user or password/],
    ['no password', (url: URL) => (url.password = ''), /asks for another password/],
    ['an unknown database', (url: URL) => (url.pathname = '/none'), /has no such database/],
    [
      'an unknown schema',
      (url: URL) => url.searchParams.set('options', '-c search_path=none'),
      /the schema that search_path names does not exist/,
    ],
    [
      'a schema of somebody else',
      (url: URL) => url.searchParams.set('options', '-c search_path=public'),
      /lacks the rights/,
    ],
    [
      'settings that do not exist',
      (url: URL) => url.searchParams.set('options', '-c colour=blue'),
      /does not take the settings/,
    ],
    ['TLS', (url: URL) => url.searchParams.set('sslmode', 'verify-full'), /does not offer TLS/],
  ])('cannot be opened with %s, and the one line says so', async (_, change, why) => {
    const refused = opening(await changed(change));
    await expect(refused).rejects.toThrow(why);
    await expect(refused).rejects.toThrow(/^DOCKET_VIEWS: [^\n]+$/);
    await expect(refused).rejects.toBeInstanceOf(ConfigurationError);
    await expect(refused).rejects.not.toThrow(/hunter2|the tests@/);
  });

  it('are reached over TLS only where the certificate is one of the authority that was named', async () => {
    const certificates = await makeCertificates();
    await server().offerTls(certificates.certificate, certificates.privateKey);
    const over = (parameters: Readonly<Record<string, string>>) =>
      changed((url) => {
        for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      });
    const trusted = { sslmode: 'verify-full', sslrootcert: certificates.authorityFile };
    const database = await opening(await over(trusted));
    expect(
      await server().query(
        "select distinct ssl from pg_stat_ssl join pg_stat_activity using (pid) where application_name = 'docket'",
      ),
    ).toEqual([{ ssl: true }]);
    await database.close();
    await expect(over({ sslmode: 'require' }).then(opening)).rejects.toThrow(
      /^DOCKET_VIEWS: the server's certificate is not accepted \([A-Z_]+\)$/,
    );
    await certificates.remove();
  });

  it('cannot be kept in a database that is not UTF-8', async () => {
    await server().query("create database latin encoding 'latin1' template template0 owner docket");
    const refused = opening(
      await changed((url) => ((url.pathname = '/latin'), url.searchParams.delete('options'))),
    );
    await expect(refused).rejects.toThrow(/encoding is LATIN1; it must be UTF8/);
  });

  it('open while the server is away, answer that they are unavailable, and are filled once it comes', async () => {
    const place = await benches.place();
    await server().crash();
    const store = createInMemoryEventStore();
    await append(store, randomUUID(), submitted());
    const bench = await open({ place, store });
    bench.projector.start();
    while (bench.reports.length < 2) await sleep(10);
    expect(bench.reports[0]).toMatchObject({
      type: 'projecting-failed',
      error: { code: 'views-unavailable' },
    });
    const asked = new RequestTraceQuery(bench.database).list({ limit: 1 });
    await expect(asked).rejects.toMatchObject({
      code: 'views-unavailable',
      message: 'The database of the read models does not answer.',
    });
    await expect(bench.projector.status()).rejects.toMatchObject({ code: 'views-unavailable' });
    await server().restart();
    await bench.caughtUp();
    expect((await rowsOf(bench.database)).traces).toHaveLength(1);
  });

  it('survive that a connection is lost between two statements: that transaction fails, nothing else', async () => {
    const bench = await withEvent(await benches.place());
    await bench.projector.stop();
    const cut = async (): Promise<void> => {
      await server().query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'docket'",
      );
      await sleep(100);
    };
    const writing = bench.database.write(async (trx) => {
      await trx.deleteFrom('request_trace').execute();
      await cut();
      await trx.deleteFrom('risk_fact').execute();
    });
    await expect(writing).rejects.toMatchObject({ code: 'views-unavailable' });
    const reading = bench.database.read(cut);
    await expect(reading).rejects.toMatchObject({ code: 'views-unavailable' });
    const { traces, facts } = await rowsOf(bench.database);
    expect([traces, facts].map(({ length }) => length)).toEqual([1, 1]);
  });

  it('are laid out anew when an operator emptied the schema under a running service', async () => {
    const place = await benches.place();
    const bench = await withEvent(place);
    await bench.database.write(async (trx) => {
      for (const table of ['views', 'view_schema', 'broken_streams', 'request_trace'] as const) {
        await trx.schema.dropTable(table).execute();
      }
    });
    await append(bench.store, randomUUID(), submitted());
    await bench.caughtUp();
    expect((await rowsOf(bench.database)).traces).toHaveLength(2);
  });
});
