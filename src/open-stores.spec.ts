import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeDataFolder, type DataFolder } from '../test/support/docket/data-folder.js';
import { until } from '../test/support/docket/until.js';
import { overwriteLeaves } from '../test/support/views/overwrite-leaves.js';
import { submitted } from '../test/support/views/sample-events.js';
import { append, openViewBench, rowsOf, type ViewRows } from '../test/support/views/view-bench.js';
import { serveStores, type ServedStores } from './open-stores.js';
import { readConfiguration } from './runtime/configuration.js';
import { createLogger } from './runtime/logger.js';
import { followOnThread } from './views/projector/follow-on-thread.js';
import type { FollowLog } from './views/projector/projecting.js';
import { Projector } from './views/projector/projector.js';
import type { ProjectorReport } from './views/projector/projector-report.js';
import { PROJECTIONS } from './views/projections.js';

describe('Views in a file that a thread of its own fills', () => {
  let folder: DataFolder;
  let stores: ServedStores;
  let projector: Projector;
  let reports: ProjectorReport[];

  const open = async () => {
    const configuration = readConfiguration({ DOCKET_DATA_DIR: folder.path });
    stores = await serveStores(configuration, createLogger('silent'), { onThread: true });
  };
  const project = (follow: FollowLog = stores.follow) => {
    reports = [];
    const report = (one: ProjectorReport) => reports.push(one);
    projector = new Projector(
      stores.eventStore,
      stores.views,
      PROJECTIONS,
      report,
      undefined,
      follow,
    );
    projector.start();
  };
  const close = async () => {
    await projector.stop();
    await stores.views.close();
    await stores.eventStore.close();
  };
  const submit = async (count: number) => {
    for (let done = 0; done < count; done += 1) {
      await append(stores.eventStore, randomUUID(), submitted());
    }
  };
  const caughtUp = async (): Promise<ViewRows> => {
    await projector.waitFor((await stores.eventStore.head())!, 10_000);
    return rowsOf(stores.views);
  };
  const views = () => join(folder.path, 'views.db');

  beforeEach(async () => {
    folder = await makeDataFolder();
    await open();
  });
  afterEach(async () => {
    await close();
    await folder.remove();
  });

  it('hold what views hold that are filled in the service’s own thread, stored events and new ones alike', async () => {
    await submit(20);
    project();
    await caughtUp();
    await submit(20);
    const rows = await caughtUp();
    const bench = await openViewBench({ store: stores.eventStore });
    bench.projector.start();
    await bench.caughtUp();
    expect(rows).toEqual(await rowsOf(bench.database));
    expect(rows.traces).toHaveLength(40);
    await bench.close();
  });

  it('go on where they stood when the service comes back', async () => {
    project();
    await submit(3);
    await caughtUp();
    await close();
    await open();
    project();
    await submit(2);
    expect((await caughtUp()).traces).toHaveLength(5);
    expect(reports).toEqual([]);
  });

  it('report a stream that they had to leave', async () => {
    project();
    const unknown = { id: randomUUID(), type: 'Forgotten', data: '{}', metadata: '{}' };
    await stores.eventStore.append(`governedRequest-${randomUUID()}`, -1, [unknown]);
    await caughtUp();
    expect(reports).toContainEqual(
      expect.objectContaining({ type: 'stream-broken', eventId: unknown.id }),
    );
  });

  it('are replaced and filled anew when the thread meets damage in them', async () => {
    await fillAndDamage();
    project();
    // They land on one damaged page or another.
    await submit(50);
    await until(async () => reports.some(({ type }) => type === 'projecting-failed'));
    await submit(1);
    expect((await caughtUp()).traces).toHaveLength(351);
  });

  it('are replaced and filled anew when a reader meets damage in them', async () => {
    await fillAndDamage();
    project();
    await until(async () => (await tracesIfAny()) === 300);
  });

  it('show nothing over a log in which the thread meets damage, nor does the log', async () => {
    await submit(3);
    const db = new DatabaseSync(join(folder.path, 'events.db'));
    db.exec(`UPDATE events SET data = replace(data, 'chat', 'chap') WHERE position = 2`);
    db.close();
    project();
    await until(async () => reports.some(({ type }) => type === 'projecting-failed'));
    await expect(submit(1)).rejects.toMatchObject({ code: 'damaged' });
  });

  it.each([
    ['dies', 'process.exit(1)'],
    ['fails', 'throw new Error("out of memory")'],
    ['cannot be loaded', 'import "nowhere"'],
  ])('are filled by another thread when the first one %s', async (_, code) => {
    await submit(3);
    const source = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
    const broken = followOnThread(source, {
      files: { log: '', views: '' },
      onCommit: () => {},
      logDamaged: () => {},
      viewsDamaged: () => {},
    });
    const threads = [broken, stores.follow];
    project((...work) => (threads.shift() ?? stores.follow)(...work));
    expect((await caughtUp()).traces).toHaveLength(3);
    expect(reports.map(({ type }) => type)).toEqual(['projecting-failed']);
  });

  async function fillAndDamage(): Promise<void> {
    await submit(300);
    project();
    await caughtUp();
    await close();
    await overwriteLeaves(views());
    await open();
  }

  const tracesIfAny = () =>
    rowsOf(stores.views).then(
      ({ traces }) => traces.length,
      () => null,
    );
});
