import { sql } from 'kysely';
import type { TimelineEntry } from '../../contract/claims.ts';
import { ARTICLES, citation, type Provision } from '../../rules/articles.ts';
import { legalDay } from '../../rules/calendar.ts';
import { OUTCOMES, STAGE_KINDS } from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';
import { type FiledYear, filedYearWords } from '../filed.ts';
import type { TimelineKind } from '../schema.ts';

type Row = {
  at: Date;
  kind: TimelineKind;
  detail: Record<string, unknown>;
  actor_name: string | null;
  organisation_name: string | null;
  stage_kind: keyof typeof STAGE_KINDS | null;
  to_name: string | null;
  /** In whose place (代理). */
  for_name: string | null;
};

/** What happened to a claim, each in one Chinese sentence. What no person did is the system's. */
export async function readTimeline(db: Db, claimId: string): Promise<TimelineEntry[]> {
  const { rows } = await sql<Row>`
    select l.at, l.kind, l.detail, p.name as actor_name, o.name as organisation_name, s.kind as stage_kind, r.name as to_name,
      f.name as for_name
    from timeline l
    left join person p on p.id = l.actor_id
    left join organisation o on o.id = l.organisation_id
    left join stage s on s.claim_id = l.claim_id and s.seq = l.stage_seq
    left join person r on r.id::text = l.detail ->> 'to'
    left join person f on f.id::text = l.detail ->> 'for'
    where l.claim_id = ${claimId} order by l.id`.execute(db);
  return rows.map((row) => ({
    at: row.at.toISOString(),
    kind: row.kind,
    text: sentence(row),
    actorName: row.actor_name ?? '系统',
    organisationName: row.organisation_name,
  }));
}

const sentence = (row: Row): string =>
  SENTENCES[row.kind]({
    who: `${row.organisation_name ?? ''}${row.actor_name ?? ''}${row.for_name === null ? '' : `（代理${row.for_name}）`}`,
    stage: row.stage_kind === null ? '' : STAGE_KINDS[row.stage_kind],
    organisation: row.organisation_name,
    to: row.to_name,
    detail: row.detail,
  });

/** Who did it (with whose place they took), in which stage, for which organisation, to whom, and what else was kept of it. */
type Told = {
  who: string;
  stage: string;
  organisation: string | null;
  to: string | null;
  detail: Record<string, unknown>;
};

const SENTENCES: Record<TimelineKind, (told: Told) => string> = {
  submitted: () => '提交申报',
  'stage-opened': ({ stage, detail }) => `进入${stage}，应于 ${text(detail['dueOn'])} 前办结`,
  claimed: ({ who, stage }) => `${who}认领${stage}任务`,
  released: ({ who, stage }) => `${who}释放${stage}任务`,
  transferred: ({ who, stage, to }) => `${who}将${stage}任务转办${to === null ? '' : `给${to}`}`,
  'taken-over': ({ who, stage }) => `${who}接手${stage}任务，原认领人已不在岗`,
  'stood-in': ({ who, stage }) => `${who}接手${stage}任务，原认领人请假`,
  nudged: ({ stage }) => `申报人催办${stage}`,
  escalated: ({ stage, organisation }) =>
    `${stage}逾期满5个工作日，由系统提交${organisation ?? '上级机构'}督办（系统默认解释 D-21）`,
  urged: ({ who, stage }) => `${who}督办${stage}`,
  copied: ({ who }) => `${who}抄送了这份申报`,
  recused: ({ who, stage }) => `${who}依法回避，${stage}任务退回待办`,
  reassigned: ({ stage, organisation }) => `原单位已撤销，${stage}任务由${organisation ?? '指定机构'}承接`,
  'taken-back': ({ who, stage }) => `${who}收回${stage}决定，重新办理`,
  decided: ({ who, stage, detail }) => `${who}${stage}：${outcomeWords(detail)}`,
  returned: ({ detail }) => `退回补正，请于 ${lastDay(detail['dueAt'])} 前补正并重新提交`,
  resubmitted: () => '补正后重新提交，保留首次提交日期',
  withdrawn: () => '申报人撤回申报',
  rejected: ({ detail }) => `不予认定，申报办结${remedyWords(detail)}`,
  'reconsideration-requested': ({ detail }) =>
    `申请复核，由${text(detail['organisation'])}办理，应于 ${text(detail['dueOn'])} 前办结`,
  'rejection-upheld': ({ who, detail }) =>
    `${who}复核：维持不予认定。理由：${text(detail['reason'])}${basisWords(detail['article'])}`,
  'rejection-overturned': ({ who, detail }) =>
    `${who}复核：撤销${detail['closing'] === true ? '终止，申报恢复办理' : '不予认定，代替原机构同意，申报继续办理'}。理由：${text(detail['reason'])}${basisWords(detail['article'])}`,
  expired: () => '逾期未补正，由系统办结（系统默认解释 D-19）',
  filed: ({ detail }) =>
    detail['forInformation'] === true
      ? `本单位审核同意，由系统报省备查，${filedWords(detail)}`
      : `备案完成，${filedWords(detail)}`,
  moved: ({ who, detail }) => `${who}因办理故障调整环节，从${stageWords(detail['stage'])}重新办理`,
  closed: ({ who, detail }) =>
    `${who}终止了这份申报，没有计入学时。理由：${text(detail['reason'])}${remedyWords(detail)}`,
  sanctioned: () => `本年度学时因弄虚作假取消（第二十一条），在办的申报随之终止；对处理不服的，可以在案件页面申诉`,
  restored: ({ stage, detail }) =>
    detail['interpretation'] === 'D-54'
      ? `终止已撤销，申报恢复办理，首次提交日期不变${restoredWords(stage, detail)}（系统默认解释 D-54）`
      : `处理已撤销，申报恢复办理，首次提交日期不变${restoredWords(stage, detail)}（系统默认解释 D-44）`,
  revoked: ({ who, detail }) =>
    `${who}撤销认定，学时不再计入。理由：${text(detail['reason'])}${basisWords(detail['article'])}`,
};

const stageWords = (stage: unknown): string =>
  typeof stage === 'string' && stage in STAGE_KINDS ? STAGE_KINDS[stage as keyof typeof STAGE_KINDS] : '';

function outcomeWords(detail: Record<string, unknown>): string {
  const outcome = text(detail['outcome']);
  const words = outcome in OUTCOMES ? OUTCOMES[outcome as keyof typeof OUTCOMES] : outcome;
  return Number(detail['lowered'] ?? 0) > 0 ? `${words}（核减 ${Number(detail['lowered'])} 条学时）` : words;
}

/** What the ledger made of the claim then; claims filed before that was kept say less. */
const filedWords = ({ years }: Record<string, unknown>): string =>
  Array.isArray(years) && years.length > 0 ? (years as FiledYear[]).map(filedYearWords).join('；') : '学时计入学年';

/** What a rejection says about its remedy; one from before reviews could be asked for says nothing. */
const remedyWords = ({ body, untilOn }: Record<string, unknown>): string =>
  text(body) === '' ? '' : `；有异议的，可在 ${text(untilOn)} 24时前向${text(body)}申请一次复核`;

/** Where a claim goes on; nothing of its own where an act of before still has to be carried out. */
const restoredWords = (stage: string, { dueOn, dueAt }: Record<string, unknown>): string => {
  if (text(dueAt) !== '') return `；请于 ${lastDay(dueAt)} 前补正并重新提交`;
  return stage === '' ? '' : `；回到${stage}，应于 ${text(dueOn)} 前办结`;
};

const basisWords = (article: unknown): string => (isProvision(article) ? `（${citation(article)}）` : '');

const isProvision = (value: unknown): value is Provision => typeof value === 'string' && Object.hasOwn(ARTICLES, value);

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A deadline is 24:00 of its last day. */
const lastDay = (dueAt: unknown): string => {
  const at = Date.parse(text(dueAt));
  return Number.isNaN(at) ? '' : legalDay(at - 1);
};
