/** What the load does, in the order of the table. */
export const KINDS = [
  'green',
  'green, awaited',
  'amber',
  'decision',
  'red',
  'list',
  'next page',
  'approvals',
  'trace',
  'report',
] as const;
export type Kind = (typeof KINDS)[number];

/** What each hundred submissions are: seventy green, twenty amber, ten red. */
export const SUBMISSIONS = { green: 35, 'green, awaited': 35, amber: 20, red: 10 } as const;

/** What each hundred reads are. */
export const READS = { list: 30, 'next page': 20, approvals: 15, trace: 30, report: 5 } as const;
