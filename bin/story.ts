import { randomUUID } from 'node:crypto';
import type { ClaimDetail } from '../contract/claims.ts';
import type { Declared } from '../contract/declarations.ts';
import type { Year } from '../contract/years.ts';
import { DEMO_PASSWORD } from '../db/demo/accounts.ts';
import { formatHours } from '../rules/hours.ts';
import { CLAIM_STATES } from '../rules/vocabulary.ts';
import { openEvidence } from './lib/evidence.ts';
import { baseUrl, HttpClient, smallPdf } from './lib/http-client.ts';

/**
 * `npm run story`: a hospital doctor in Yichang earns hours, over HTTP as its users would. A national conference with a paper, a unit
 * training (returned once for correction) and an authority training go from declaration to filing; the year shows every hour with its
 * article. Prints what happened, with times; exits 1 if anything differs. May be played again on the same system: then the year's
 * caps are partly used, and what is expected is what the preview promised.
 */
const BASE = baseUrl(process.env);
const YEAR = 2026;
const began = performance.now();
let differences = 0;

type Cast = Record<'doctor' | 'hospital' | 'yc-health' | 'yc-hrss' | 'prov-health' | 'prov-hrss', HttpClient>;

await play().catch((error: unknown) => {
  say(`✗ 故事中断：${whyBroken(error)}`);
  differences += 1;
});
say(differences === 0 ? '故事演完，一切与预期相符。' : `有 ${differences} 处与预期不符。`);
process.exitCode = differences === 0 ? 0 : 1;

/** Node's fetch says of a system that does not answer only that it failed. */
function whyBroken(error: unknown): string {
  if (error instanceof TypeError && error.message === 'fetch failed')
    return `连不上 ${BASE}。请先在另一个终端执行 npm start；系统用了别的数据文件夹时设 DATA_DIR，在别处时设 BASE_URL。`;
  return error instanceof Error ? error.message : String(error);
}

async function play(): Promise<void> {
  const cast = await signIn();
  const before = await cast.doctor.call('year', { params: { year: YEAR } });
  say(`李文清医生的 ${YEAR} 年：${before.sentence}`);

  // On a year of his own making nothing is capped, and the figures are the law's; later playings share what the caps leave.
  const isFirst = before.totalHundredths === 0;
  for (const chapter of script(new Date().toISOString().slice(5, 19))) {
    const counted = await playChapter(cast, chapter);
    if (isFirst) expect(`“${chapter.declared.title}”计入的学时`, counted, chapter.countedHundredths);
  }

  const after = await cast.doctor.call('year', { params: { year: YEAR } });
  say(`李文清医生的 ${YEAR} 年：${after.sentence}`);
  if (isFirst) expect('年度合计', after.totalHundredths, 1200 + 1600 + 1600);
  expect('合计 = 公需 + 专业', after.publicHundredths + after.professionalHundredths, after.totalHundredths);
}

async function signIn(): Promise<Cast> {
  const names = ['doctor', 'hospital', 'yc-health', 'yc-hrss', 'prov-health', 'prov-hrss'] as const;
  const clients = await Promise.all(
    names.map(async (name) => [name, await HttpClient.signedIn(BASE, name, DEMO_PASSWORD)] as const),
  );
  return Object.fromEntries(clients) as Cast;
}

/** What is declared, what it is corrected to if it is returned, and the hours of Art. 11 that it is worth. */
type Chapter = { declared: Declared; corrected?: Declared; countedHundredths: number };

/** What is declared. `mark` tells one playing from the next: the same activity may not be declared twice at once. */
function script(mark: string): Chapter[] {
  const days = (subject: 'public' | 'professional', ...on: string[]) =>
    on.map((day) => ({ on: day, subject, hundredths: 800 }));
  const unit: Declared = {
    ...{ form: 'unit-training', title: `院内急救技能培训（${mark}）`, organiserName: '宜昌市中心人民医院' },
    ...{ organiser: 'own-employer', mode: 'offline', days: days('professional', '2026-10-17', '2026-10-18') },
  };
  return [
    {
      countedHundredths: 1200,
      declared: {
        ...{ form: 'academic-conference', title: `全国心血管病学术会议（${mark}）`, on: '2026-09-12', place: '北京' },
        ...{ level: 'national', ownField: true, presentedPaper: true, paperTitle: '基层高血压管理的十年随访' },
      },
    },
    {
      countedHundredths: 1600,
      declared: { ...unit, days: days('professional', '2026-10-17', '2026-10-18', '2026-10-19') },
      corrected: unit,
    },
    {
      countedHundredths: 1600,
      declared: {
        ...{
          form: 'authority-training',
          title: `全市卫生应急培训班（${mark}）`,
          organiserName: '宜昌市卫生健康委员会',
        },
        ...{ organiser: 'industry-authority', mode: 'offline' },
        days: [...days('public', '2026-11-02'), ...days('professional', '2026-11-03')],
      },
    },
  ];
}

/** One claim from declaration to filing, with a correction where the script has one. */
async function playChapter(cast: Cast, { declared, corrected }: Chapter): Promise<number | undefined> {
  const started = performance.now();
  const claimId = await declare(cast.doctor, declared);
  if (corrected) await correct(cast, claimId, corrected);
  const preview = await cast.doctor.call('preview', {
    body: { declared: corrected ?? declared, hasEvidence: true, claimId },
  });
  const promised = preview.years[0]?.item?.countedHundredths;

  await decide(cast, claimId, 'first-review', ['hospital']);
  await decide(cast, claimId, 're-review', ['yc-health', 'yc-hrss']);
  await decide(cast, claimId, 'filing', ['prov-health', 'prov-hrss']);
  const filed = await reaches(cast.doctor, claimId, 'filed');
  say(`  已备案（第 ${filed.number} 号），用时 ${Math.round(performance.now() - started)} 毫秒`);
  return explain(await cast.doctor.call('year', { params: { year: YEAR } }), claimId, promised);
}

async function declare(doctor: HttpClient, declared: Declared): Promise<string> {
  const { id, revision } = await doctor.call('createClaim', {
    body: { declared },
    headers: { 'idempotency-key': randomUUID() },
  });
  const file = smallPdf('Certificate of attendance', id);
  await doctor.call('uploadEvidence', { params: { id }, file, fileName: '参训证明.pdf' });
  const { number } = await doctor.call('submitClaim', {
    params: { id },
    body: { revision },
    headers: { 'idempotency-key': randomUUID() },
  });
  say(`申报“${declared.title}”，编号 ${number}`);
  return id;
}

/** The hospital returns the claim; the doctor corrects and submits again. */
async function correct(cast: Cast, claimId: string, corrected: Declared): Promise<void> {
  const task = await taskOf(cast.hospital, cast.doctor, claimId, 'first-review');
  const reasons = [{ code: 'days-wrong' as const, field: 'days.2', text: '签到表只有两天，请核对第三天。' }];
  const body = { decisionId: randomUUID(), version: task.version, outcome: 'return' as const, reasons };
  await cast.hospital.call('decide', { params: { id: task.id }, body });
  const returned = await reaches(cast.doctor, claimId, 'correction');
  expect('退回理由告知申报人', returned.corrections[0]?.text, reasons[0]?.text);
  say(`  医院退回补正：${reasons[0]?.text ?? ''}（期限 ${returned.correctionDueAt?.slice(0, 10) ?? '无'}）`);
  const { revision } = await cast.doctor.call('saveClaim', {
    params: { id: claimId },
    body: { declared: corrected, revision: returned.revision },
  });
  const headers = { 'idempotency-key': randomUUID() };
  await cast.doctor.call('resubmitClaim', { params: { id: claimId }, body: { revision }, headers });
  say('  医生改为两天，重新提交');
}

type Reviewer = Exclude<keyof Cast, 'doctor'>;

async function decide(
  cast: Cast,
  claimId: string,
  stage: 'first-review' | 're-review' | 'filing',
  reviewers: Reviewer[],
): Promise<void> {
  for (const reviewer of reviewers) {
    const task = await taskOf(cast[reviewer], cast.doctor, claimId, stage);
    await openEvidence((name, input) => cast[reviewer].call(name, input), task.id);
    const sent = performance.now();
    const body = { decisionId: randomUUID(), version: task.version, outcome: 'approve' as const };
    const receipt = await cast[reviewer].call('decide', { params: { id: task.id }, body });
    const took = Math.round(performance.now() - sent);
    say(`  ${reviewer} 同意，${took} 毫秒${receipt.stageOutcome === null ? '，等待会签的另一机构' : ''}`);
  }
}

/** The reviewer's task for the claim, found in their own inbox by the claim's number. */
async function taskOf(
  reviewer: HttpClient,
  doctor: HttpClient,
  claimId: string,
  stage: 'first-review' | 're-review' | 'filing',
) {
  const { number } = await reaches(doctor, claimId, stage);
  const { items } = await reviewer.call('tasks', { query: { box: 'todo', stage, q: String(number) } });
  const task = items.find((t) => t.claimId === claimId);
  if (!task) throw new Error(`待办中没有第 ${number} 号申报`);
  return task;
}

/** Waits until the claim is in a state and its stage is open, as its declarant sees it. */
async function reaches(doctor: HttpClient, claimId: string, state: ClaimDetail['state']): Promise<ClaimDetail> {
  for (const end = performance.now() + 30_000; performance.now() < end; ) {
    const claim = await doctor.call('claim', { params: { id: claimId } });
    const open = claim.stages.at(-1);
    if (
      claim.state === state &&
      (open?.kind !== state || open.settledAt === null) &&
      (open !== undefined || state !== 'first-review')
    )
      return claim;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`30 秒内没有到达“${CLAIM_STATES[state]}”`);
}

/** The claim's hours in the year, step by step with their articles. */
function explain(year: Year, claimId: string, promised: number | undefined): number | undefined {
  const item = year.items.find((i) => i.claimId === claimId);
  expect('备案后计入年度', item !== undefined, true);
  expect('计入学时与申报前预判一致', item?.countedHundredths, promised);
  for (const step of item?.steps ?? []) {
    say(
      `    ${step.label} ${formatHours(step.hundredths)}：${step.text} 〔${step.basis.map((b) => b.citation).join('、')}〕`,
    );
    expect(`“${step.label}”有条款依据`, step.basis.length > 0, true);
  }
  return item?.countedHundredths;
}

function expect(what: string, got: unknown, wanted: unknown): void {
  if (got === wanted) return;
  differences += 1;
  say(`✗ ${what}：应为 ${String(wanted)}，实为 ${String(got)}`);
}

function say(line: string): void {
  console.log(`[${((performance.now() - began) / 1000).toFixed(2).padStart(6)} 秒] ${line}`);
}
