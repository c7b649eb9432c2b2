import { open } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';

/** Overwrites every page that holds rows or entries of the views' own tables and indexes, or of the queue's; nobody may have the file open. */
export async function overwriteLeaves(file: string): Promise<void> {
  const db = new DatabaseSync(file);
  const pages = db
    .prepare(
      `SELECT pageno FROM dbstat WHERE pagetype = 'leaf' AND (name LIKE '%request_trace%' OR name LIKE '%risk_fact%' OR name LIKE '%webhook_delivery%')`,
    )
    .all();
  db.close();
  const handle = await open(file, 'r+');
  for (const { pageno } of pages) {
    await handle.write(Buffer.alloc(4_096, 0xa5), 0, 4_096, (Number(pageno) - 1) * 4_096);
  }
  await handle.close();
}
