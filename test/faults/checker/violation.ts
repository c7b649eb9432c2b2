/** What must hold for every history, named by how it was broken. */
export type Rule =
  | 'acknowledged-lost'
  | 'stored-twice'
  | 'stored-elsewhere'
  | 'stored-differently'
  | 'stored-half'
  | 'refused-but-stored'
  | 'stranger-stored'
  | 'versions-broken'
  | 'order-broken'
  | 'conflict-wrong'
  | 'read-missed'
  | 'read-wrong'
  | 'head-wrong'
  | 'subscriber-missed'
  | 'subscriber-doubled'
  | 'subscriber-disordered'
  | 'subscriber-late'
  | 'subscriber-ended'
  | 'call-hung'
  | 'call-broke'
  | 'code-unexpected'
  | 'did-not-recover';

export interface Violation {
  readonly rule: Rule;
  readonly text: string;
}

/** An event that was acknowledged is gone, or somebody who had to see it did not. */
export const isLoss = ({ rule }: Violation): boolean =>
  rule === 'acknowledged-lost' || rule === 'read-missed' || rule === 'subscriber-missed';

export const isDoubling = ({ rule }: Violation): boolean =>
  rule === 'stored-twice' || rule === 'stranger-stored' || rule === 'subscriber-doubled';
