import {
  CompiledQuery,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
} from 'kysely';
import type { Scanner } from './start-scanner.js';

/** SQLite as Kysely knows it, over the connection of another thread. */
export class ScanDialect implements Dialect {
  constructor(private readonly scanner: Scanner) {}

  createDriver = (): Driver => new ScanDriver(this.scanner);
  createQueryCompiler = () => new SqliteQueryCompiler();
  /** It has Kysely run one transaction at a time. */
  createAdapter = () => new SqliteAdapter();
  createIntrospector = (database: Kysely<unknown>) => new SqliteIntrospector(database);
}

class ScanDriver implements Driver {
  private readonly connection: DatabaseConnection;

  constructor(private readonly scanner: Scanner) {
    this.connection = {
      executeQuery: async <R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> => ({
        rows: (await scanner.query(sql, parameters)) as R[],
      }),
      streamQuery() {
        throw new Error('Rows of another thread come all at once.');
      },
    };
  }

  init = async (): Promise<void> => {};
  acquireConnection = async (): Promise<DatabaseConnection> => this.connection;
  releaseConnection = async (): Promise<void> => {};
  beginTransaction = (): Promise<void> => this.run('begin');
  commitTransaction = (): Promise<void> => this.run('commit');
  rollbackTransaction = (): Promise<void> => this.run('rollback');
  destroy = (): Promise<void> => this.scanner.close();

  private async run(sql: string): Promise<void> {
    await this.connection.executeQuery(CompiledQuery.raw(sql));
  }
}
