import { isDeepStrictEqual } from 'node:util';
import type { AuditDetail, AuditFacts } from '../contract/audit-detail.ts';

/** What an audit row says, as it is kept. A fact without a label in `AUDIT_FACTS` does not compile. */
export const auditJson = (detail: AuditDetail): string => JSON.stringify(detail);

/** Of an entry that was changed, only what differs: as it was and as it is now. */
export function changesOf<T extends AuditFacts>(old: T, now: T): { before: AuditFacts; after: AuditFacts } {
  const was = new Map<string, unknown>(Object.entries(old));
  const changed = new Set(
    Object.entries(now).flatMap(([fact, value]) => (isDeepStrictEqual(was.get(fact), value) ? [] : [fact])),
  );
  const only = (facts: T): AuditFacts =>
    Object.fromEntries(Object.entries(facts).filter(([fact]) => changed.has(fact)));
  return { before: only(old), after: only(now) };
}
