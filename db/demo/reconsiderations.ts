import type { Day } from '../../rules/activity.ts';
import { addDays, legalDay } from '../../rules/calendar.ts';
import { RECONSIDERATION_BASIS, type ReconsiderationState, reconsiderationDueOn } from '../../rules/reconsideration.ts';
import type { ClaimLife } from './life.ts';
import { organisationOf } from './organisations.ts';
import type { Person } from './people.ts';
import type { Random } from './random.ts';
import type { Rows } from './rows.ts';

/** The body above the story's units: it reviews what they reject. */
const BODY = 'hrss-420500';

const WORDS = {
  requested: {
    grounds: '证书上的主办单位是省级学会，属于行业主管部门委托举办，请对照委托文件重新核实。',
    reason: '',
  },
  upheld: {
    grounds: '本人全程参加了培训，只是证书上没有写明学时。',
    reason: '证明材料不能说明实际学时，初审的理由成立。',
  },
  overturned: {
    grounds: '初审认为材料不符，但上传的通知和证书都能对应同一期培训。',
    reason: '通知、签到与证书能够相互印证，不予认定的理由不成立。',
  },
} as const satisfies Record<ReconsiderationState, { grounds: string; reason: string }>;

type Setting = { random: Random; people: readonly Person[]; lives: readonly ClaimLife[]; today: Day };

/** Reviews of rejections (复核) in every state at the city's HRSS authority; the freelancer's other rejection can still be asked about. */
export function addReconsiderations(
  rows: Rows,
  random: Random,
  people: readonly Person[],
  { lives, today }: Pick<Setting, 'lives' | 'today'>,
): void {
  const officer = people.find(({ username }) => username === 'yc-hrss');
  if (!officer) return;
  const rejected = lives.filter((life) => isReviewable(life, officer));
  const isOld = ({ claim }: ClaimLife) => claim.ended_at !== null && legalDay(claim.ended_at) <= addDays(today, -12);
  const own = rejected.filter((life) => life.seed.person.username === 'freelancer' && !isOld(life));
  const old = rejected.filter((life) => life.seed.person.username !== 'teacher' && isOld(life));
  const [upheld, overturned, late] = old.sort(byEnd).reverse();
  for (const life of own.sort(byEnd).slice(0, 1))
    addReview(rows, random, { life, officer, state: 'requested', after: 3 });
  if (late) addReview(rows, random, { life: late, officer, state: 'requested', after: 4 });
  if (upheld) addReview(rows, random, { life: upheld, officer, state: 'upheld', after: 3 });
  if (overturned) addReview(rows, random, { life: overturned, officer, state: 'overturned', after: 2 });
}

const byEnd = (a: ClaimLife, b: ClaimLife): number => ((a.claim.ended_at ?? '') < (b.claim.ended_at ?? '') ? -1 : 1);

/** Rejected by a unit of the city itself, and not reviewed by the officer before. */
function isReviewable({ claim, rejection, seed, reviewers }: ClaimLife, officer: Person): boolean {
  const { unitKind, level, regionCode } = seed.affiliation;
  return (
    claim.state === 'rejected' &&
    rejection?.stage.kind === 'first-review' &&
    (unitKind === 'ordinary' || unitKind === 'archive-hosted') &&
    level === 'city' &&
    regionCode === '420500' &&
    seed.person.id !== officer.id &&
    !reviewers.has(officer.id)
  );
}

/** `after`: so many days after the rejection it was asked for; decided three days later. */
type Review = { life: ClaimLife; officer: Person; state: ReconsiderationState; after: number };

function addReview(rows: Rows, random: Random, { life, officer, state, after }: Review): void {
  const { claim, rejection, seed } = life;
  if (rejection === null || claim.ended_at === null) throw new Error('a review of what was not rejected');
  const rejectedOn = legalDay(claim.ended_at);
  const at = (days: number): Date => new Date(`${addDays(rejectedOn, days)}T02:00:00.000Z`);
  const id = random.uuid(at(after));
  const { dueOn, escalateOn, calendar } = reconsiderationDueOn(legalDay(at(after).getTime()));
  const { grounds, reason } = WORDS[state];
  const { decision, stage } = rejection;
  life.askReview({ dueOn, organisation: organisationOf(BODY).name }, at(after));
  const isDecided = state !== 'requested';
  const verdict = { by: officer.id, organisationId: BODY, reason, article: RECONSIDERATION_BASIS };
  const decisionId = isDecided ? life.review({ ...verdict, overturns: state === 'overturned' }, at(after + 3)) : null;
  rows.add('reconsideration', {
    id,
    claim_id: seed.id,
    person_id: seed.person.id,
    rejection_id: decision.id,
    closing_seq: null,
    rejected_by: decision.organisation_id,
    stage_kind: stage.kind,
    organisation_id: BODY,
    grounds,
    request_key: id,
    requested_at: at(after).toISOString(),
    due_on: dueOn,
    escalate_on: escalateOn,
    calendar,
    reminded_at: null,
    escalated_at: null,
    state,
    decision_id: decisionId,
    decided_by: isDecided ? officer.id : null,
    decided_at: isDecided ? at(after + 3).toISOString() : null,
    reason: isDecided ? reason : null,
    article: isDecided ? RECONSIDERATION_BASIS : null,
  });
  const line = { case_kind: 'reconsideration', case_id: id } as const;
  const asked = { kind: 'requested', actor_id: seed.person.id, organisation_id: null, detail: { dueOn } };
  rows.add('case_event', { ...line, ...asked, at: at(after).toISOString() });
  if (!isDecided) return;
  const answered = { kind: state, actor_id: officer.id, organisation_id: BODY, detail: { article: verdict.article } };
  rows.add('case_event', { ...line, ...answered, at: at(after + 3).toISOString() });
}
