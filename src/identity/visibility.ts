import { Problem } from '../http/problem.js';
import { versionWithoutContent, withoutContent } from '../views/exports/without-content.js';
import type { RecordedTrace, TraceVersion } from '../views/request-trace/trace.js';
import { hasRole, type Principal } from './principal.js';

/** Whether the caller reads every request with its content: those who decide and those who audit. */
const readsEverything = (caller: Principal): boolean => hasRole(caller, 'approver', 'auditor');

/** Whether the caller may read a request of this requester with its content. */
export const readsContent = (caller: Principal, requester: string): boolean =>
  readsEverything(caller) || (hasRole(caller, 'requester') && requester === caller.id);

/** What the caller may see of a request; `null` when it does not exist for them. */
export function visibleTo<T extends RecordedTrace>(caller: Principal, trace: T): T | null {
  if (readsContent(caller, trace.requester)) return trace;
  return hasRole(caller, 'analyst') ? withoutContent(trace) : null;
}

/** The same of its content's versions: for who may count but not read, without a word of them. */
export const visibleVersions = (
  caller: Principal,
  requester: string,
  versions: readonly TraceVersion[],
): readonly TraceVersion[] =>
  readsContent(caller, requester) ? versions : versions.map(versionWithoutContent);

interface Asked {
  readonly requester?: string | undefined;
  readonly q?: string | undefined;
}

/** Narrows a list to what the caller may see; throws when they ask for more. */
export function visibleList(caller: Principal, { requester, q }: Asked): Asked {
  if (readsEverything(caller)) return { requester, q };
  if (hasRole(caller, 'analyst')) {
    if (q !== undefined) throw forbidden('Searching texts needs the role approver or auditor.');
    return { requester };
  }
  if (requester !== undefined && requester !== caller.id) {
    throw forbidden('A requester lists its own requests only.');
  }
  return { requester: caller.id, q };
}

const forbidden = (detail: string): Problem => new Problem('forbidden', detail);
