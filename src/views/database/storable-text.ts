import {
  OperationNodeTransformer,
  ValueNode,
  type KyselyPlugin,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  type PrimitiveValueListNode,
  type QueryResult,
  type RootOperationNode,
  type UnknownRow,
} from 'kysely';

/** What stands for a character that no database can keep. */
const REPLACEMENT = '\uFFFD';

/**
 * The text as every database keeps it: PostgreSQL takes no NUL, and half of a surrogate pair has no UTF-8. Only what Docket did not
 * write itself can hold either; JSON text has both escaped and stays as it is.
 */
export const storable = (text: string): string => text.toWellFormed().replaceAll('\0', REPLACEMENT);

const storableValue = (value: unknown): unknown =>
  typeof value === 'string' ? storable(value) : value;

class StorableValues extends OperationNodeTransformer {
  protected override transformValue(node: ValueNode): ValueNode {
    return typeof node.value === 'string' ? { ...node, value: storable(node.value) } : node;
  }

  protected override transformPrimitiveValueList(
    node: PrimitiveValueListNode,
  ): PrimitiveValueListNode {
    return { ...node, values: node.values.map(storableValue) };
  }
}

/** Binds every text as it can be kept, in rows and in filters alike, so that all databases hold and find the same. */
export class StorableText implements KyselyPlugin {
  readonly #values = new StorableValues();

  transformQuery({ node, queryId }: PluginTransformQueryArgs): RootOperationNode {
    return this.#values.transformNode(node, queryId);
  }

  async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return result;
  }
}
