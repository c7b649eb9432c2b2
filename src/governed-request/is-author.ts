/** Who asked, and for whom. */
interface Authors {
  readonly requester: string;
  /** As the requester wrote it down. */
  readonly onBehalfOf: string | null;
}

/**
 * Whether this identity is one of those whose request it is. Services write down by hand for whom they ask, so capitals,
 * Unicode forms and spaces around a name make no other person of it.
 */
export const isAuthor = (identity: string, { requester, onBehalfOf }: Authors): boolean =>
  [requester, onBehalfOf].some((author) => author !== null && spelt(author) === spelt(identity));

const spelt = (name: string): string => name.normalize('NFKC').trim().toLowerCase();
