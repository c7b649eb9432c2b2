/** Has something that can be seen: more than white space, control characters and signs without a width. */
export const isLegible = (text: string): boolean => /[^\s\p{Cc}\p{Cf}]/u.test(text);
