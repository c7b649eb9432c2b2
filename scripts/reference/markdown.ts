const NOTE = '<!-- Written by `npm run docs` from the code; a test compares it. Do not edit. -->';

/** A page of the reference. */
export const document = (title: string, ...parts: readonly string[]): string =>
  `${[NOTE, `# ${title}`, ...parts].join('\n\n')}\n`;

/** A table; what the cells say is already Markdown, but a bar would end them. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map(line).join('\n');

const line = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
