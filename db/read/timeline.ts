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

function sentence(row: Row): string {
  const stage = row.stage_kind === null ? '' : STAGE_KINDS[row.stage_kind];
  const inPlace = row.for_name === null ? '' : `（代理${row.for_name}）`;
  const who = `${row.organisation_name ?? ''}${row.actor_name ?? ''}${inPlace}`;
  switch (row.kind) {
    case 'submitted':
      return '提交申报';
    case 'stage-opened':
      return `进入${stage}，应于 ${text(row.detail['dueOn'])} 前办结`;
    case 'claimed':
      return `${who}认领${stage}任务`;
    case 'released':
      return `${who}释放${stage}任务`;
    case 'transferred':
      return `${who}将${stage}任务转办${row.to_name === null ? '' : `给${row.to_name}`}`;
    case 'taken-over':
      return `${who}接手${stage}任务，原认领人已不在岗`;
    case 'stood-in':
      return `${who}接手${stage}任务，原认领人请假`;
    case 'nudged':
      return `申报人催办${stage}`;
    case 'escalated':
      return `${stage}超期满5个工作日，由系统提交${row.organisation_name ?? '上级机构'}督办（系统默认解释 D-21）`;
    case 'urged':
      return `${who}督办${stage}`;
    case 'copied':
      return `${who}抄送了这份申报`;
    case 'recused':
      return `${who}依法回避，${stage}任务退回待办`;
    case 'reassigned':
      return `原单位已撤销，${stage}任务由${row.organisation_name ?? '指定机构'}承接`;
    case 'taken-back':
      return `${who}收回${stage}决定，重新办理`;
    case 'decided':
      return `${who}${stage}：${outcomeWords(row.detail)}`;
    case 'returned':
      return `退回补正，请于 ${lastDay(row.detail['dueAt'])} 前补正并重新提交`;
    case 'resubmitted':
      return '补正后重新提交，保留首次提交日期';
    case 'withdrawn':
      return '申报人撤回申报';
    case 'rejected':
      return `不予认定，申报办结${remedyWords(row.detail)}`;
    case 'reconsideration-requested':
      return `申请复核，由${text(row.detail['organisation'])}办理，应于 ${text(row.detail['dueOn'])} 前办结`;
    case 'rejection-upheld':
      return `${who}复核：维持不予认定。理由：${text(row.detail['reason'])}${basisWords(row.detail['article'])}`;
    case 'rejection-overturned':
      return `${who}复核：撤销${row.detail['closing'] === true ? '终止，申报恢复办理' : '不予认定，代替原机构同意，申报继续办理'}。理由：${text(row.detail['reason'])}${basisWords(row.detail['article'])}`;
    case 'expired':
      return '逾期未补正，由系统办结（系统默认解释 D-19）';
    case 'filed':
      return row.detail['forInformation'] === true
        ? `本单位审核同意，由系统报省备查，${filedWords(row.detail)}`
        : `备案完成，${filedWords(row.detail)}`;
    case 'moved':
      return `${who}因办理故障调整环节，从${stageWords(row.detail['stage'])}重新办理`;
    case 'closed':
      return `${who}终止了这份申报，没有计入学时。理由：${text(row.detail['reason'])}${remedyWords(row.detail)}`;
    case 'sanctioned':
      return `本年度学时因弄虚作假取消（第二十一条），在办的申报随之终止；对处理不服的，可以在案件页面申诉`;
    case 'restored':
      return row.detail['interpretation'] === 'D-54'
        ? `终止已撤销，申报恢复办理，首次提交日期不变${restoredWords(stage, row.detail)}（系统默认解释 D-54）`
        : `处理已撤销，申报恢复办理，首次提交日期不变${restoredWords(stage, row.detail)}（系统默认解释 D-44）`;
    case 'revoked':
      return `${who}撤销认定，学时不再计入。理由：${text(row.detail['reason'])}${basisWords(row.detail['article'])}`;
  }
}

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
