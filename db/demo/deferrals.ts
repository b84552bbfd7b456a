import type { Day } from '../../rules/activity.ts';
import { addDays, yearOf } from '../../rules/calendar.ts';
import type { DeferralReason, DeferralState } from '../../rules/deferral.ts';
import { DEMO_ACCOUNTS } from './accounts.ts';
import { pdfFile } from './evidence-files.ts';
import { organisationOf, STORY_HOSPITAL_ID } from './organisations.ts';
import type { Person } from './people.ts';
import type { Random } from './random.ts';
import type { Rows } from './rows.ts';

/** What of a deferral a demo can have before its year is over: it is made up or expires in the next one. */
type Story = {
  state: Extract<DeferralState, 'requested' | 'granted' | 'refused' | 'revoked' | 'withdrawn'>;
  reason: DeferralReason;
  explanation: string;
  /** How many days before the demo's day it was applied for. */
  days: number;
  words: string;
};

const STORIES: readonly Story[] = [
  { state: 'requested', reason: 'pregnancy', explanation: '预产期在12月，产假至明年5月。', days: 4, words: '' },
  { state: 'granted', reason: 'illness', explanation: '住院治疗三个月。', days: 40, words: '情况属实' },
  { state: 'refused', reason: 'other', explanation: '年底工作繁忙。', days: 30, words: '工作繁忙不属于特殊原因' },
  {
    state: 'revoked',
    reason: 'other',
    explanation: '外派驻点工作。',
    days: 60,
    words: '驻点期间可参加线上学习，不符合条件',
  },
  { state: 'withdrawn', reason: 'illness', explanation: '因病休养。', days: 20, words: '' },
  { state: 'requested', reason: 'injury', explanation: '骨折手术后休养，年内不能参加培训。', days: 2, words: '' },
];

/** Whoever has an office, or an account of the list. */
const isKnown = ({ roles, username }: Person): boolean =>
  roles.length > 0 || DEMO_ACCOUNTS.some((account) => account.username === username);

/** Deferrals (顺延, Art. 17) of the story's hospital, one person each; decided by its first reviewer, revoked by the city's HRSS authority. */
export function addDeferrals(rows: Rows, random: Random, people: readonly Person[], today: Day): void {
  const reviewer = people.find((p) => p.username === 'hospital');
  const authority = people.find((p) => p.username === 'yc-hrss');
  const colleagues = people.filter((p) => {
    const at = p.affiliations.at(-1);
    return at?.employerId === STORY_HOSPITAL_ID && at.archiveAgencyId === null && !isKnown(p);
  });
  if (!reviewer || !authority) return;
  STORIES.forEach((story, index) => {
    const person = colleagues[index];
    if (person) addDeferral(rows, random, { story, person, reviewer, authority, today });
  });
}

type Cast = { story: Story; person: Person; reviewer: Person; authority: Person; today: Day };

function addDeferral(rows: Rows, random: Random, { story, person, reviewer, authority, today }: Cast): void {
  const { state, reason, explanation, days, words } = story;
  const at = (later: number) => `${addDays(today, later - days)}T02:00:00.000Z`;
  const id = random.uuid(new Date(at(0)));
  const year = yearOf(today);
  const until = `${year + 1}-06-30`;
  const wasGranted = state === 'granted' || state === 'revoked';
  const wasDecided = wasGranted || state === 'refused';
  const endedAfter = { requested: null, granted: null, refused: 2, revoked: 9, withdrawn: 1 }[state];
  rows.add('deferral', {
    id,
    person_id: person.id,
    year,
    employer_id: STORY_HOSPITAL_ID,
    decider_id: STORY_HOSPITAL_ID,
    hrss_id: 'hrss-420500',
    reason,
    explanation,
    requested_until: until,
    state,
    until_on: wasGranted ? until : null,
    request_key: id,
    requested_at: at(0),
    decided_by: wasDecided ? reviewer.id : null,
    decided_at: wasDecided ? at(2) : null,
    ended_at: endedAfter === null ? null : at(endedAfter),
  });
  const tell = (kind: string, later: number, actor: Person, detail: Record<string, string | number>) =>
    rows.add('case_event', {
      case_kind: 'deferral',
      case_id: id,
      at: at(later),
      kind,
      actor_id: actor.id,
      organisation_id: actor === reviewer ? STORY_HOSPITAL_ID : actor === authority ? 'hrss-420500' : null,
      detail,
    });
  tell('requested', 0, person, { until });
  if (state === 'withdrawn') tell('withdrawn', 1, person, {});
  if (wasGranted) {
    addProof(rows, random, { id, by: reviewer, at: at(1) });
    tell('proof-added', 1, reviewer, {});
    tell('granted', 2, reviewer, { until, explanation: state === 'granted' ? words : '' });
  }
  if (state === 'refused') tell('refused', 2, reviewer, { explanation: words });
  if (state === 'revoked') tell('revoked', 9, authority, { explanation: words });
}

function addProof(rows: Rows, random: Random, { id, by, at }: { id: string; by: Person; at: string }): void {
  const paper = pdfFile('单位证明.pdf', [organisationOf(STORY_HOSPITAL_ID).name, '继续教育顺延证明', at.slice(0, 10)]);
  const fileId = random.uuid(new Date(at));
  rows.files.set(fileId, paper);
  rows.add('case_file', {
    id: fileId,
    case_kind: 'deferral',
    case_id: id,
    uploaded_by: by.id,
    organisation_id: STORY_HOSPITAL_ID,
    file_name: paper.fileName,
    media_type: paper.mediaType,
    size_bytes: paper.content.length,
    sha256: `\\x${paper.sha256.toString('hex')}`,
    storage_key: fileId,
    uploaded_at: at,
  });
}
