import { LineCounter, isMap, isNode, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { PolicyInvalid } from './policy-invalid.js';
import type { PolicyInvalidCode } from './policy-invalid.js';

type Path = readonly PropertyKey[];

/** A parsed `policy.yaml` that can say at which line something stands. */
export interface PolicySource {
  readonly value: unknown;
  /** The error for what stands at `path`, with file, line and rule in its message. */
  invalid(code: PolicyInvalidCode, path: Path, problem: string): PolicyInvalid;
}

/** Parses the YAML text of `file`; throws `PolicyInvalid` (`not-yaml`) at the first thing wrong with it. */
export function parsePolicySource(file: string, text: string): PolicySource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined) {
    const { line } = lines.linePos(error.pos[0]);
    throw new PolicyInvalid(
      'not-yaml',
      oneLine(`${file}:${line}: this is not valid YAML: ${error.message}`),
    );
  }
  return {
    value: plainValue(file, document),
    invalid: (code, path, problem) => {
      const line = lineOf(document, lines, path);
      return new PolicyInvalid(
        code,
        oneLine(`${file}:${line}: ${ruleAt(document, path)}${problem}`),
      );
    },
  };
}

/** The values alone; aliases may repeat a part of the file, but not blow it up. */
function plainValue(file: string, document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new PolicyInvalid('not-yaml', oneLine(`${file}:1: this is not valid YAML: ${problem}`), {
      cause: error,
    });
  }
}

function lineOf(document: Document, lines: LineCounter, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const offset = offsetOf(document, path.slice(0, length));
    if (offset !== null) return lines.linePos(offset).line;
  }
  return 1;
}

/** Where the key of a map's entry, or a list's item, begins. */
function offsetOf(document: Document, path: Path): number | null {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  if (isMap(parent)) {
    const key = parent.items.find(
      ({ key: item }) => isNode(item) && String(item) === String(last),
    )?.key;
    return isNode(key) ? (key.range?.[0] ?? null) : null;
  }
  const node = document.getIn(path, true);
  return isNode(node) ? (node.range?.[0] ?? null) : null;
}

/** `rule "x": ` when the path leads into a rule. */
function ruleAt(document: Document, path: Path): string {
  const rules = path.findIndex(
    (key, index) => key === 'rules' && typeof path[index + 1] === 'number',
  );
  if (rules === -1) return '';
  const id = document.getIn([...path.slice(0, rules + 2), 'id']);
  return typeof id === 'string' ? `rule "${id}": ` : `rule ${Number(path[rules + 1]) + 1}: `;
}

function oneLine(message: string): string {
  return message.replace(/\s+/g, ' ').trim();
}
