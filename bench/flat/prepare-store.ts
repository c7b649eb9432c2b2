import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventStore } from '../../src/event-store/event-store.js';
import { openSqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { loadPolicy } from '../../src/policy/load-policy.js';
import { projectRoot } from '../../src/runtime/project-root.js';
import { openSqliteViews } from '../../src/views/database/sqlite/open-sqlite-views.js';
import { Projector } from '../../src/views/projector/projector.js';
import type { ProjectorReport } from '../../src/views/projector/projector-report.js';
import { PROJECTIONS } from '../../src/views/projections.js';
import { recordHistory } from './record-history.js';

const HOUR = 3_600_000;

/** A data directory that holds a history and its views, closed and up to date. */
export interface PreparedStore {
  readonly folder: string;
  readonly events: number;
}

/** Makes the data directory of a history with so many events below `parent`, or takes the one that is there. */
export async function prepareStore(
  parent: string,
  size: number,
  onProgress: (doing: string) => void,
): Promise<PreparedStore> {
  const folder = join(parent, `${size}-events`);
  await mkdir(folder, { recursive: true });
  const store = await openSqliteEventStore(join(folder, 'events.db'));
  try {
    const policy = await loadPolicy(join(projectRoot, 'policies', 'default'));
    await recordHistory(store, policy, size, (events) => onProgress(`${events} events recorded`));
    const head = (await store.head()) ?? 0n;
    onProgress(`${head} events recorded, their views are being filled`);
    await fillViews(store, head, join(folder, 'views.db'));
    return { folder, events: Number(head) };
  } finally {
    await store.close();
  }
}

async function fillViews(store: EventStore, head: bigint, file: string): Promise<void> {
  const views = await openSqliteViews(file, PROJECTIONS);
  const projector = new Projector(store, views, PROJECTIONS, throwFailure);
  try {
    projector.start();
    await projector.waitFor(head, HOUR);
  } finally {
    await projector.stop();
    await views.close();
  }
}

/** A prepared store holds nothing that could fail to be projected. */
function throwFailure(report: ProjectorReport): void {
  if (report.type === 'projecting-failed') throw report.error;
}
