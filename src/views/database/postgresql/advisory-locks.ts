/**
 * Docket's locks in a PostgreSQL database: a number that no other application should use, and the oid of the schema, so that several
 * Dockets may share one database.
 */
const lock = (first: number): string =>
  `${first}, (select oid::int4 from pg_namespace where nspname = current_schema())`;

/** Held by whoever changes tables or rows, until its transaction ends. */
export const WRITE_LOCK = lock(1_685_021_547);

/** Held by the process that fills the views, until its session ends. */
export const PROJECTION_LOCK = lock(1_685_021_548);

/** Held by whoever changes the queue of webhooks, until its transaction ends. */
export const WEBHOOK_LOCK = lock(1_685_021_549);
