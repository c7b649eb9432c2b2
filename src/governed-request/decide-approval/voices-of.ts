/** Who did something, and with whose right. */
export interface RightUsed {
  readonly by: string;
  /** Null: their own. */
  readonly standsInFor: string | null;
}

/** A stand-in and the person they stand in for are one voice: whatever one of them did, both did. */
export const voicesOf = ({ by, standsInFor }: RightUsed): readonly string[] =>
  standsInFor === null ? [by] : [by, standsInFor];
