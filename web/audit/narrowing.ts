import { z } from 'zod';
import { auditFilter } from '../../contract/audit.ts';

const { from, until, action, subjectKind, subjectId, actorId, organisationId } = auditFilter.shape;
const narrowing = z.object({
  from: from.catch(undefined),
  until: until.catch(undefined),
  action: action.catch(undefined),
  subjectKind: subjectKind.catch(undefined),
  subjectId: subjectId.catch(undefined),
  actorId: actorId.catch(undefined),
  organisationId: organisationId.catch(undefined),
});

/** What narrows the audit trail, as the API takes it. */
export type AuditSearch = z.infer<typeof narrowing>;

/** What the address says of it; a value the API would refuse is dropped. */
export const narrowedBy = (search: Record<string, unknown>): AuditSearch => narrowing.parse(search);
