import { type RawBuilder, sql } from 'kysely';
import type { Waiting } from '../../contract/overview.ts';
import { yearOf } from '../../rules/calendar.ts';
import { SUPERVISING } from '../../rules/supervision.ts';
import type { OrganisationKind } from '../../rules/vocabulary.ts';
import { closableYears } from '../../rules/year.ts';
import { isProvinceAdministrator } from '../acts/caller.ts';
import { OWN_SUPERIOR_ROLES, SUPERIOR_ROLES } from '../overdue.ts';
import { visibleCheck } from './checks.ts';
import { visibleComplaint } from './complaints.ts';
import { decidingAt, waitsForDecision } from './deferrals.ts';
import { escalatedTo } from './escalations.ts';
import { todoRanges } from './inbox.ts';
import { visibleMisconduct } from './misconducts.ts';
import { ofReviewingBody, reconsideringAt } from './reconsiderations.ts';
import { idsWith, managedAt, poolsOf, type Scope, supervisingAt } from './scope.ts';
import { ofUnit } from './shortfall.ts';
import { standsAs } from './statistics-counts.ts';
import { stuckFor } from './stuck.ts';
import { caseOffices } from './title-orders.ts';

/**
 * What can wait for somebody, kind by kind: statements whose rows are the things, each with the day to keep as `due_on`. A kind that is
 * nobody's of the caller's roles is left out. Where a list of its own shows the things, its condition is used here too.
 */
export type Source = { kind: Waiting; rows: readonly RawBuilder<unknown>[] };

export const waitingFor = (scope: Scope, today: string): Source[] => [
  ...own(scope),
  ...reviewing(scope, today),
  ...ofCases(scope),
  ...supervising(scope),
  ...managing(scope, today),
  ...provincial(scope, today),
];

const one = (kind: Waiting, rows: RawBuilder<unknown>): Source => ({ kind, rows: [rows] });
const undated = sql`null::date as due_on`;
const onlyIf = (condition: boolean, sources: () => Source[]): Source[] => (condition ? sources() : []);

/** What everybody is asked as a person. */
const own = ({ personId }: Scope): Source[] => [
  one(
    'own-correction',
    sql`select ((correction_due_at - interval '1 second') at time zone 'Asia/Shanghai')::date as due_on
        from claim where person_id = ${personId} and state = 'correction'`,
  ),
  one(
    'own-proposal',
    sql`select ${undated} from proposal x join claim c on c.id = x.claim_id and c.state = 'draft'
        where x.person_id = ${personId} and x.objected_at is null`,
  ),
  one(
    'own-move',
    sql`select ${undated} from move m where m.state = 'open' and m.person_id = ${personId} and ${unanswered('person')}`,
  ),
  one('notice', sql`select ${undated} from notice where person_id = ${personId} and read_at is null`),
];

const unanswered = (side: string): RawBuilder<boolean> =>
  sql<boolean>`not exists (select from move_answer w where w.move_id = m.id and w.side = ${side})`;

/** The reviews of somebody's pools: the earliest due first, so that what is late is counted however much waits. */
const reviewing = (scope: Scope, today: string): Source[] => [
  ...onlyIf(poolsOf(scope).length > 0, () => [
    {
      kind: 'review',
      rows: poolsOf(scope)
        .flatMap((pool) => todoRanges(pool, scope, today))
        .map((range) => sql`select t.due_on from task t where ${range} order by t.due_on`),
    },
    one(
      'held',
      sql`select t.due_on from task t where t.assignee_id = ${scope.personId} and t.state = 'claimed' order by t.due_on`,
    ),
  ]),
  ...onlyIf(reconsideringAt(scope).length > 0, () => [
    one(
      'reconsideration',
      sql`select x.due_on from reconsideration x where ${ofReviewingBody(scope)} and x.state = 'requested' order by x.due_on`,
    ),
  ]),
  ...onlyIf(decidingAt(scope).length > 0, () => [
    one('deferral', sql`select ${undated} from deferral d where ${waitsForDecision(scope)}`),
  ]),
  ...onlyIf(
    idsWith(scope, [...SUPERIOR_ROLES, ...OWN_SUPERIOR_ROLES]).some((id) => isAuthority(scope, id)),
    () => [
      one(
        'escalation',
        sql`select t.due_on from escalation e join task t on t.id = e.task_id
          where ${escalatedTo(scope)} and t.state in ('open', 'claimed')`,
      ),
    ],
  ),
];

const AUTHORITIES: readonly OrganisationKind[] = [...SUPERVISING, 'provincial-supervising-department'];
const isAuthority = (scope: Scope, id: string): boolean =>
  scope.holdings.some((h) => h.organisationId === id && AUTHORITIES.includes(h.organisationKind));

/** Cases of fraud and the orders that follow from them. */
function ofCases(scope: Scope): Source[] {
  const offices = sql`${sql.val(caseOffices(scope))}::text[]`;
  const notMine = sql`s.person_id <> ${scope.personId}`;
  const proposed = sql`exists (select from sanction_proposal q where q.sanction_id = s.id and q.answer is null)`;
  const isOfficer = scope.holdings.some(
    (h) => SUPERVISING.includes(h.organisationKind) && caseOffices(scope).includes(h.organisationId),
  );
  return [
    ...onlyIf(isOfficer, () => [
      one(
        'sanction-confirm',
        sql`select ${undated} from sanction_proposal q join sanction s on s.id = q.sanction_id
            where q.answer is null and q.organisation_id = any (${offices}) and q.proposed_by <> ${scope.personId} and ${notMine}`,
      ),
      one(
        'sanction',
        sql`select ${undated} from sanction s where s.authority_id = any (${offices}) and ${notMine} and not ${proposed}
              and (s.state = 'opened'
                or s.state = 'hearing' and (s.defence_closed_at is not null or s.defence_due_at <= clock_timestamp())
                or exists (select from sanction_appeal a where a.sanction_id = s.id and a.state = 'open'))`,
      ),
      one(
        'title-order-accept',
        sql`select ${undated} from title_order t where t.authority_id = any (${offices}) and t.state = 'reported'
              and t.reported_by is distinct from ${scope.personId} and t.person_id <> ${scope.personId}`,
      ),
    ]),
    ...onlyIf(caseOffices(scope).length > 0, () => [
      one(
        'title-order',
        sql`select t.due_on from title_order t where t.organisation_id = any (${offices}) and t.state in ('ordered', 'overdue')
              and t.person_id <> ${scope.personId}`,
      ),
    ]),
  ];
}

/** Supervision and inspection (Art. 20). */
function supervising(scope: Scope): Source[] {
  const at = supervisingAt(scope);
  if (at.length === 0) return [];
  const mine = sql`any (${at}::text[])`;
  return [
    one(
      'complaint',
      sql`select case x.state when 'received' then x.transfer_due_on else x.answer_due_on end as due_on
            from complaint x where ${visibleComplaint(scope)}
            and (x.state = 'received' and x.receiver_id = ${mine} or x.state in ('assigned', 'investigated') and x.handler_id = ${mine})`,
    ),
    one(
      'rectification-overdue',
      sql`select x.due_on from rectification x where x.escalated_to = ${mine} and x.state = 'overdue'`,
    ),
    one(
      'rectification-accept',
      sql`select ${undated} from rectification x where (x.body_id = ${mine} or x.escalated_to = ${mine}) and x.state = 'reported'
            and x.reported_by is distinct from ${scope.personId}`,
    ),
    one('check', sql`select ${undated} from check_task x where ${visibleCheck(scope)} and x.state = 'open'`),
    one(
      'inquiry-conclude',
      sql`select ${undated} from use_inquiry x where x.organisation_id = ${mine} and x.state = 'answered'
            and x.answered_by is distinct from ${scope.personId}`,
    ),
    one(
      'misconduct',
      sql`select ${undated} from misconduct x where ${visibleMisconduct(scope)}
            and (x.state = 'recorded' and x.body_id = ${mine} or x.state = 'referred' and x.referred_to = ${mine})`,
    ),
  ];
}

/** What a body's manager (单位管理员) keeps. */
function managing(scope: Scope, today: string): Source[] {
  const ids = managedAt(scope);
  if (ids.length === 0) return [];
  const managed = sql`any (${ids}::text[])`;
  const manages = (...kinds: OrganisationKind[]): boolean =>
    scope.holdings.some((h) => h.role === 'administrator' && kinds.includes(h.organisationKind));
  return [
    one(
      'stuck',
      sql`select s.due_on from stuck_stage x join claim c on c.id = x.claim_id
          join stage s on s.claim_id = x.claim_id and s.seq = x.stage_seq
          where x.ended_at is null and s.settled_at is null and ${stuckFor(scope)}`,
    ),
    ...onlyIf(!manages('hrss', 'industry-authority') || manages('employer'), () => [
      one(
        'rectification',
        sql`select x.due_on from rectification x where x.target_id = ${managed} and x.state in ('ordered', 'overdue')`,
      ),
    ]),
    ...onlyIf(manages('employer'), () => [
      one('inquiry', sql`select ${undated} from use_inquiry x where x.employer_id = ${managed} and x.state = 'asked'`),
    ]),
    ...onlyIf(manages('employer', 'personnel-archive-agency', 'hrss'), () => [one('move', movesFor(scope, today))]),
    ...onlyIf(manages('employer', 'education-base'), () => [one('objection', objections(ids, today))]),
    ...onlyIf(manages('employer', 'personnel-archive-agency'), () => [shortPeople(scope, today)]),
    ...onlyIf(manages('education-base') || isProvinceAdministrator(scope), () => [one('import', imports(ids))]),
  ];
}

/** A side's answer is missing; the former unit's is the authority's of its place after a while. */
function movesFor(scope: Scope, today: string): RawBuilder<unknown> {
  const managed = sql`any (${managedAt(scope)}::text[])`;
  return sql`
    select ${undated} from move m left join organisation f on f.id = coalesce(m.from_agency_id, m.from_employer_id)
    where m.state = 'open' and m.person_id <> ${scope.personId}
      and (coalesce(m.to_agency_id, m.to_employer_id) = ${managed} and ${unanswered('new-unit')}
        or f.id is not null and ${unanswered('old-unit')} and (f.id = ${managed} or m.authority_from_on <= ${today}::date and exists (
          select from organisation h join region r on r.code = f.region_code
          where h.id = ${managed} and h.kind = 'hrss' and (h.level = 'province' or h.region_code in (r.code, r.parent_code)))))`;
}

/** Objections of this year and the last that the unit has neither answered by a new proposal nor by leaving the person out. */
const objections = (ids: readonly string[], today: string): RawBuilder<unknown> => sql`
  select ${undated} from training t join proposal x on x.training_id = t.id
  where t.organisation_id = any (${sql.val([...ids])}::text[]) and t.first_on >= ${`${yearOf(today) - 1}-01-01`}::date and x.objected_at is not null
    and exists (select from attendance a where a.training_id = t.id and a.person_id = x.person_id)
    and not exists (select from proposal z where z.training_id = t.id and z.person_id = x.person_id and z.id > x.id)`;

/** People of the units who are still short of this year's hours, which end with the year. */
function shortPeople(scope: Scope, today: string): Source {
  const year = yearOf(today);
  const units = scope.holdings.filter(
    (h) =>
      h.role === 'administrator' &&
      (h.organisationKind === 'employer' || h.organisationKind === 'personnel-archive-agency'),
  );
  const rows = units.map(
    ({ organisationId }) => sql`
      select ${`${year}-12-31`}::date as due_on from affiliation f left join person_year y on y.person_id = f.person_id and y.year = ${year}::int
      where ${ofUnit(organisationId, today)} and ${standsAs('in-progress', sql.ref('f.person_id'), { year, asOf: today })}`,
  );
  return { kind: 'people-short', rows };
}

/** A file that waits to be confirmed; or that could not be read, until another is tried. */
const imports = (ids: readonly string[]): RawBuilder<unknown> => sql`
  select ${undated} from import i where i.organisation_id = any (${sql.val([...ids])}::text[])
    and (i.state = 'previewed' or i.state = 'refused' and not exists (
      select from import z where z.organisation_id = i.organisation_id and z.kind = i.kind and z.id > i.id))`;

/** What only the province's administrators keep. */
const provincial = (scope: Scope, today: string): Source[] =>
  onlyIf(isProvinceAdministrator(scope), () => [
    one('ledger-case', sql`select ${undated} from ledger_case where closed_at is null`),
    one('certificate-case', sql`select ${undated} from certificate_case where closed_at is null`),
    one(
      'merge',
      sql`select ${undated} from person_merge g
          where (g.state = 'proposed' and g.proposed_by <> ${scope.personId} or g.state = 'undo-proposed' and g.undo_by <> ${scope.personId})
            and ${scope.personId} not in (g.kept_id, g.absorbed_id)`,
    ),
    one(
      'year-close',
      sql`select ${undated} from unnest(${sql.val([...closableYears(today)])}::int[]) y
          where not exists (select from year_close c where c.year = y)`,
    ),
  ]);
