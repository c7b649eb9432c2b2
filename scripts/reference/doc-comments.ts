import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** What the doc comments of a file say of one of its constants, and of the members of the object in its initialiser. */
export interface DocumentedConstant {
  readonly text: string;
  readonly members: ReadonlyMap<string, string>;
}

/** The doc comments of every top-level constant of a TypeScript file, by name. */
export function docComments(file: string): ReadonlyMap<string, DocumentedConstant> {
  const source = ts.createSourceFile(
    file,
    readFileSync(file, 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const constants = source.statements
    .filter(ts.isVariableStatement)
    .flatMap((statement) =>
      statement.declarationList.declarations.map(
        (declaration) =>
          [
            declaration.name.getText(),
            { text: commentOf(statement), members: membersOf(declaration.initializer) },
          ] as const,
      ),
    );
  return new Map(constants);
}

function membersOf(initializer: ts.Expression | undefined): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node)) members.set(node.name.getText(), commentOf(node));
    ts.forEachChild(node, visit);
  };
  if (initializer) visit(initializer);
  return members;
}

const commentOf = (node: ts.Node): string =>
  ts
    .getJSDocCommentsAndTags(node)
    .filter(ts.isJSDoc)
    .map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '')
    .join(' ')
    .replaceAll(/\s+/g, ' ');
