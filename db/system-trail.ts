import { type RawBuilder, sql } from 'kysely';
import type { AuditDeed } from '../contract/audit.ts';
import type { AuditFacts } from '../contract/audit-detail.ts';
import type { NoticeKind } from '../contract/notices.ts';
import type { Provision } from '../rules/articles.ts';
import { dayInWords, legalDay } from '../rules/calendar.ts';
import type { InterpretationId } from '../rules/interpretations.ts';
import { auditJson } from './audit-detail.ts';

/**
 * What the system does by itself leaves its row in the trail, with the provision it follows, and tells the declarant. Both are common
 * table expressions that read the moved claim from `c`: no statement more a claim, and nothing where nothing moved.
 */

type SystemAct = {
  action: `claim.${AuditDeed}`;
  article: Provision;
  interpretation?: InterpretationId;
  detail?: AuditFacts;
};

export const auditedBySystem = ({
  action,
  article,
  interpretation,
  detail = {},
}: SystemAct): RawBuilder<unknown> => sql`
  audited as (
    insert into audit (action, subject_kind, subject_id, detail)
    select ${action}::text, 'claim', id::text,
      ${auditJson({ actor: 'system', article, ...(interpretation && { interpretation }), ...detail })}::jsonb
        || jsonb_build_object('seq', applied_seq) from c)`;

/** Key: claim and act, so that an activity that runs twice tells once, and a second return is told again. */
export const declarantTold = (kind: NoticeKind, facts: Record<string, string> = {}): RawBuilder<unknown> => sql`
  noticed as (
    insert into notice (person_id, kind, key, detail)
    select person_id, ${kind}::text, id || '/' || applied_seq,
      jsonb_build_object('claimId', id, 'title', title, 'year', year) || ${JSON.stringify(facts)}::jsonb from c
    on conflict (person_id, kind, key) do nothing)`;

/** The last day before an instant that is 24:00 of a legal day, as people write it. */
export const lastDayBefore = (instant: string): string => dayInWords(legalDay(Date.parse(instant) - 1));
