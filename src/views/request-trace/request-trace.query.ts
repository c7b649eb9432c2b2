import { sql, type SelectQueryBuilder } from 'kysely';
import { streamOf } from '../../governed-request/governed-request.codec.js';
import type { RequestStatus } from '../../governed-request/governed-request.js';
import type { Risk } from '../../policy/classification.js';
import { readView, scanView } from '../database/read-view.js';
import type { ViewDatabase } from '../database/view-database.js';
import type { ViewTables } from '../database/view-tables.js';
import { pageOf, parseCursor, type Page, type Place } from '../page.js';
import { requestTraceProjection } from './request-trace.projection.js';
import { searchPatterns } from './search-text.js';
import type { RecordedTrace } from './trace.js';
import { parseTrace } from './parse-trace.js';

/** Which requests to list; what is absent does not narrow the list. */
export interface RequestFilter {
  readonly status?: RequestStatus | undefined;
  readonly risk?: Risk | undefined;
  readonly category?: string | undefined;
  readonly requester?: string | undefined;
  readonly onBehalfOf?: string | undefined;
  readonly agent?: string | undefined;
  readonly tool?: string | undefined;
  /** Name of the policy that classified it. */
  readonly policy?: string | undefined;
  /** Submitted then or later. */
  readonly from?: Date | undefined;
  /** Submitted before then. */
  readonly to?: Date | undefined;
  /**
   * Words that all occur in the request, the tool, its arguments or the response, also inside other words and
   * whatever their case. Reads the texts of all requests that the other filters leave.
   */
  readonly q?: string | undefined;
}

export interface RequestList extends RequestFilter {
  /** 1 or more. */
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Ids read at a time. */
const IDS = 200;

type Select = SelectQueryBuilder<ViewTables, 'request_trace', object>;

/** Reads the traces of governed requests. */
export class RequestTraceQuery {
  constructor(private readonly database: ViewDatabase) {}

  /** Resolves to the trace, `null` when the view does not hold it. */
  async get(id: string): Promise<RecordedTrace | null> {
    const row = await readView(this.database, requestTraceProjection, (trx) =>
      trx.selectFrom('request_trace').select('trace').where('id', '=', id).executeTakeFirst(),
    );
    return row ? parseTrace(row.trace) : null;
  }

  /** Resolves to why the view had to leave the request's stream at one of its events; `null` when it follows it. */
  async brokenAt(id: string): Promise<string | null> {
    const row = await readView(this.database, requestTraceProjection, (trx) =>
      trx
        .selectFrom('broken_streams')
        .select('reason')
        .where('view', '=', requestTraceProjection.name)
        .where('stream', '=', streamOf(id))
        .executeTakeFirst(),
    );
    return row?.reason ?? null;
  }

  /** The ids of all requests in this state, oldest first; those that come to it meanwhile may be among them. */
  async *oldest(status: RequestStatus): AsyncGenerator<string, void> {
    for (let behind: Place | null = null; ;) {
      const rows = await this.oldestBehind(behind, status);
      for (const { id } of rows) yield id;
      const last = rows.at(-1);
      if (rows.length < IDS || !last) return;
      behind = { at: last.submitted_at, id: last.id };
    }
  }

  /**
   * Resolves to one page, newest first. Following the cursors meets every request that was there at the first page
   * exactly once, whatever is submitted meanwhile. Throws `invalid-cursor` and `search-too-long`.
   */
  async list({ limit, cursor, q, ...filter }: RequestList): Promise<Page<RecordedTrace>> {
    const behind = cursor === undefined ? null : parseCursor(cursor);
    const patterns = searchPatterns(q ?? '');
    // Without words an index leads to the rows.
    const read = patterns.length > 0 ? scanView : readView;
    return read(this.database, requestTraceProjection, async (trx, position) => {
      const chosen = searched(filtered(trx.selectFrom('request_trace'), filter), patterns);
      const rows = await (behind ? olderThan(chosen, behind) : chosen)
        .select(['id', 'submitted_at', 'trace'])
        .orderBy('submitted_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
      return pageOf(rows, limit, position, {
        item: (row) => parseTrace(row.trace),
        place: (row) => ({ at: row.submitted_at, id: row.id }),
      });
    });
  }

  private oldestBehind(behind: Place | null, status: RequestStatus) {
    return readView(this.database, requestTraceProjection, (trx) => {
      const chosen = trx.selectFrom('request_trace').where('status', '=', status);
      return (behind ? newerThan(chosen, behind) : chosen)
        .select(['id', 'submitted_at'])
        .orderBy('submitted_at')
        .orderBy('id')
        .limit(IDS)
        .execute();
    });
  }
}

function filtered(
  select: Select,
  { onBehalfOf, from, to, ...columns }: Omit<RequestFilter, 'q'>,
): Select {
  const equal = { ...columns, on_behalf_of: onBehalfOf };
  const asked = Object.entries(equal).filter(([, value]) => value !== undefined);
  return select
    .where((eb) => eb.and(Object.fromEntries(asked)))
    .$if(from !== undefined, (qb) => qb.where('submitted_at', '>=', from!.toISOString()))
    .$if(to !== undefined, (qb) => qb.where('submitted_at', '<', to!.toISOString()));
}

const searched = (select: Select, patterns: readonly string[]): Select =>
  patterns.reduce(
    (qb, pattern) => qb.where(sql<boolean>`search_text like ${pattern} escape '\\'`),
    select,
  );

const olderThan = (select: Select, { at, id }: Place): Select =>
  select.where((eb) => eb(eb.refTuple('submitted_at', 'id'), '<', eb.tuple(at, id)));

const newerThan = (select: Select, { at, id }: Place): Select =>
  select.where((eb) => eb(eb.refTuple('submitted_at', 'id'), '>', eb.tuple(at, id)));
