/** Text for a terminal: whoever wrote it cannot move the cursor, set colours or break the line. */
export const printable = (text: string): string =>
  text.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
