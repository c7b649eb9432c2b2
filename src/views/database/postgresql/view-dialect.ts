import { PostgresDialect, PostgresQueryCompiler, type DataTypeNode } from 'kysely';

/**
 * Texts compare by their bytes, as in SQLite: quicker than by the rules of a language, and an index outlives the next version of
 * the system's rules.
 */
class ViewCompiler extends PostgresQueryCompiler {
  protected override visitDataType(node: DataTypeNode): void {
    super.visitDataType(node);
    if (node.dataType === 'text') this.append(' collate "C"');
  }
}

/** PostgreSQL as the tables of the views need it. */
export class ViewDialect extends PostgresDialect {
  override createQueryCompiler(): ViewCompiler {
    return new ViewCompiler();
  }
}
