import type { RecordedEvent } from '../../../governed-request/recorded-event.js';
import type { TraceVersion } from '../trace.js';
import { differenceOf } from './content-difference.js';

/** All versions of a content that these events of one stream tell of, first to last; null where nobody amended it. */
export function versionsOf(events: readonly RecordedEvent[]): readonly TraceVersion[] | null {
  const versions = events.reduce<readonly Version[]>(withEvent, []);
  if (versions.length < 2) return null;
  return versions.map((version, index) => {
    const before = versions[index - 1];
    return {
      ...version,
      difference: before ? differenceOf(before.content, version.content) : null,
    };
  });
}

type Content = Extract<RecordedEvent, { readonly type: 'Submitted' }>['data']['content'];
type Version = Omit<TraceVersion, 'difference'> & { readonly content: Content };

function withEvent(
  versions: readonly Version[],
  { type, data, metadata: { actorKind: byKind } }: RecordedEvent,
): readonly Version[] {
  const last = versions.at(-1);
  if (type === 'Submitted') {
    const { content, contentDigest, requester: by, submittedAt: at } = data;
    return [{ ...UNJUDGED, contentDigest, content, by, byKind, at, comment: null }];
  }
  if (type === 'ContentAmended') {
    const { content, contentDigest, by, comment, at } = data;
    return [...versions, { ...UNJUDGED, contentDigest, content, by, byKind, at, comment }];
  }
  if (last && type === 'Classified') return replaced(versions, { ...last, classification: data });
  if (last && type === 'ApprovalGranted') {
    return replaced(versions, { ...last, approvedBy: [...last.approvedBy, data.by] });
  }
  return versions;
}

const UNJUDGED = { classification: null, approvedBy: [] };

const replaced = (versions: readonly Version[], last: Version): readonly Version[] => [
  ...versions.slice(0, -1),
  last,
];
