import { createHash } from 'node:crypto';
import { cite } from '../../contract/explained.ts';
import type { Outcomes, ProblemCode } from '../../contract/problems.ts';
import {
  PURPOSES,
  PURPOSES_OF,
  type Purpose,
  type ReviewAnswer,
  type ReviewQuery,
  type ReviewReceipt,
  type ReviewScope,
  YEARS_A_QUERY,
} from '../../contract/title-review.ts';
import { type AnnualResult, RULE_VERSION } from '../../rules/annual.ts';
import { yearOf } from '../../rules/calendar.ts';
import { MEASURES_FROM_YEAR } from '../../rules/parameters.ts';
import { type DishonestyRecord, dishonestUntil } from '../../rules/sanction.ts';
import { reviewStanding } from '../../rules/title-review.ts';
import type { Db } from '../connect.ts';
import { recordsOf } from '../findings.ts';
import { giveMissingKeys } from '../person-keys.ts';
import { findAskable } from '../read/askable.ts';
import { standing } from '../read/explain.ts';
import {
  keyOf,
  readCertificateNumbers,
  readDeferralDays,
  readExtensionYears,
  readOpenClaims,
  readPersonYears,
} from '../read/person-years.ts';
import { notFound, refuse } from './caller.ts';
import type { Machine } from './machines.ts';
import { tell } from './notices.ts';
import { auditMachine } from './trail.ts';

/**
 * Answers to other systems about people's years (Arts. 5, 6, 12, 19). An answer, its line in the access log, the audit and the notice to
 * the person are one transaction: nobody learns anything that leaves no trace.
 */

export type Asking = { machine: Machine; scope: ReviewScope; today: string; keySecret: string };

type Asked = { personKey: string; years: number[]; purpose: Purpose; caseNumber: string };
type Found = Asked & { personId: string };

/** One outcome a query, in their order. */
export async function answerReviews(
  db: Db,
  asking: Asking,
  queries: readonly ReviewQuery[],
): Promise<Outcomes<ReviewReceipt>[]> {
  await giveMissingKeys(db, asking.keySecret);
  return db.transaction().execute(async (trx) => {
    const checked = queries.map((query) => check(query, asking));
    const found = await find(trx, asking, checked);
    const outcomes = await answer(trx, asking, found.rows);
    await leaveTraces(trx, asking, { organisationName: found.organisationName, rows: found.rows, outcomes });
    return outcomes;
  });
}

/** What can be refused without looking anybody up. */
function check(query: ReviewQuery, { scope, today }: Asking): Outcomes<Asked> {
  const { personKey, caseNumber = '' } = query;
  const purpose = PURPOSES_OF[scope].find((code) => code === query.purpose);
  if (query.purpose === undefined || query.purpose === '') {
    const fix = `请在 purpose 中填写：${PURPOSES_OF[scope].map((code) => `${code}（${PURPOSES[code]}）`).join('、')}。`;
    return refuse('purpose-missing', '没有说明查询目的，未予查询。', fix);
  }
  if (purpose === undefined) {
    return refuse(
      'purpose-not-open',
      '该查询目的不属于此项服务。',
      `此项服务的目的：${PURPOSES_OF[scope].join('、')}。`,
    );
  }
  if (!/^[\p{L}\p{N}()（）〔〕[\]_./-]{1,60}$/u.test(caseNumber) || /\d{17}[\dXx]/.test(caseNumber)) {
    return refuse(
      'case-number-invalid',
      '缺少事项编号，或编号不合格式。',
      '请填写 1 至 60 位的事项编号（文字、数字、括号、- _ . /），不得含证件号码。',
    );
  }
  if (!/^[0-9a-f]{64}$/.test(personKey)) {
    return refuse(
      'person-key-invalid',
      '人员标识不是 64 位小写十六进制。',
      '请用约定密钥对 18 位身份证号码（末位 X 大写）计算 HMAC-SHA-256。',
    );
  }
  const years = [...new Set(query.years)].sort((a, b) => a - b);
  return yearsRefusal(years, today) ?? { ok: true, value: { personKey, years, purpose, caseNumber } };
}

function yearsRefusal(years: readonly number[], today: string): ReturnType<typeof refuse> | null {
  const latest = yearOf(today);
  const outside = years.filter((year) => year < MEASURES_FROM_YEAR || year > latest);
  if (years.length > 0 && years.length <= YEARS_A_QUERY && outside.length === 0) return null;
  const span = `${MEASURES_FROM_YEAR} 至 ${latest}`;
  const what = outside.length > 0 ? `年度 ${outside.slice(0, 5).join('、')} 不在可查询范围内。` : '年度的个数不对。';
  return refuse('year-out-of-range', what, `请填写 1 至 ${YEARS_A_QUERY} 个年度，范围 ${span}。`, { provision: '25' });
}

type Rows = Outcomes<Found>[];

async function find(
  trx: Db,
  { machine, scope, today }: Asking,
  checked: readonly Outcomes<Asked>[],
): Promise<{ organisationName: string; rows: Rows }> {
  const keys = checked.flatMap((row) => (row.ok ? [Buffer.from(row.value.personKey, 'hex')] : []));
  const by = { organisationId: machine.organisationId, scope, today };
  const { organisationName, people } = await findAskable(trx, by, keys);
  const rows = checked.map((row): Outcomes<Found> => {
    if (!row.ok) return row;
    const personId = people.get(row.value.personKey);
    return personId === undefined ? notFound('位人员') : { ok: true, value: { ...row.value, personId } };
  });
  return { organisationName, rows };
}

async function answer(trx: Db, asking: Asking, rows: Rows): Promise<Outcomes<ReviewReceipt>[]> {
  const found = rows.flatMap((row) => (row.ok ? [row.value] : []));
  const of = {
    personIds: [...new Set(found.map((row) => row.personId))],
    years: [...new Set(found.flatMap((row) => row.years))],
  };
  const results = await readPersonYears(trx, { ...of, asOf: asking.today });
  const open = await readOpenClaims(trx, of);
  const certificates = await readCertificateNumbers(trx, of);
  const deferrals = await readDeferralDays(trx, of);
  const extensions = await readExtensionYears(trx, of);
  const records = await recordsOf(trx, of.personIds);
  return rows.map((row) => {
    if (!row.ok) return row;
    const made = answerOf(row.value, asking, { results, open, certificates, deferrals, extensions, records });
    return { ok: true, value: { answer: made, digest: digestOf(made).toString('hex') } };
  });
}

const digestOf = (made: ReviewAnswer): Buffer => createHash('sha256').update(JSON.stringify(made)).digest();

type Facts = {
  results: Map<string, AnnualResult>;
  open: Map<string, number>;
  certificates: Map<string, string>;
  deferrals: Map<string, string>;
  extensions: Map<string, number>;
  records: Map<string, readonly DishonestyRecord[]>;
};

function answerOf(
  { personId, personKey, purpose, caseNumber, years }: Found,
  asking: Asking,
  facts: Facts,
): ReviewAnswer {
  const judged = years.map((year) => {
    const key = keyOf({ personId, year });
    const result = facts.results.get(key);
    if (!result) throw new Error(`the year ${year} was not read`);
    return {
      result,
      openClaims: facts.open.get(key) ?? 0,
      certificateNumber: facts.certificates.get(key) ?? null,
      until: facts.deferrals.get(key),
    };
  });
  const extensionYears = facts.extensions.get(personId) ?? 0;
  const until = dishonestUntil(facts.records.get(personId) ?? [], asking.today);
  const ruling = reviewStanding({
    kind: asking.scope,
    years: judged.map(({ result }) => result),
    extensionYears,
    dishonestUntil: until,
  });
  return {
    personKey,
    purpose,
    caseNumber,
    asOf: asking.today,
    ruleVersion: RULE_VERSION,
    qualified: ruling.value === 'qualified',
    outcome: ruling.value,
    why: [...ruling.trace],
    basis: cite(ruling.basis),
    years: judged.map(yearAnswer),
    // It concerns the next title alone: nobody else is told.
    extensionYears: asking.scope === 'title-review' ? extensionYears : null,
    dishonesty: until === null ? null : { until },
  };
}

type JudgedYear = {
  result: AnnualResult;
  openClaims: number;
  certificateNumber: string | null;
  until: string | undefined;
};

function yearAnswer({ result, openClaims, certificateNumber, until }: JudgedYear): ReviewAnswer['years'][number] {
  const { verdict, verdictLabel, sentence } = standing(result);
  return {
    publicHundredths: result.publicHundredths,
    professionalHundredths: result.professionalHundredths,
    totalHundredths: result.totalHundredths,
    year: result.year,
    verdict,
    verdictLabel,
    openClaims,
    certificateNumber,
    deferral: until === undefined ? null : { until },
    sentence,
    basis: cite(result.basis),
  };
}

type Traces = { organisationName: string; rows: Rows; outcomes: readonly Outcomes<ReviewReceipt>[] };

async function leaveTraces(trx: Db, { machine, scope }: Asking, { organisationName, rows, outcomes }: Traces) {
  const answered = rows.flatMap((row, at) => {
    const outcome = outcomes[at];
    return row.ok && outcome?.ok ? [{ ...row.value, digest: outcome.value.digest }] : [];
  });
  if (answered.length > 0) {
    await trx
      .insertInto('person_access')
      .values(
        answered.map(({ personId, purpose, caseNumber, years, digest }) => ({
          person_id: personId,
          client_id: machine.clientId,
          organisation_id: machine.organisationId,
          scope,
          purpose,
          case_number: caseNumber,
          years,
          answer_digest: Buffer.from(digest, 'hex'),
          request_id: machine.requestId,
        })),
      )
      .execute();
  }
  await auditMachine(trx, machine, [
    ...answered.map(({ personId, purpose, caseNumber, years, digest }) => ({
      action: `${scope}.answered` as const,
      subjectKind: 'person' as const,
      subjectId: personId,
      detail: { purpose, caseNumber, years, digest },
    })),
    ...refusals(machine, scope, outcomes),
  ]);
  await tell(
    trx,
    answered.map(({ personId, purpose, caseNumber, years }) => ({
      personId,
      kind: 'title-review-access' as const,
      // Once a review case and asking body, however often it looks.
      key: `${machine.organisationId}/${scope}/${caseNumber}`,
      detail: {
        organisation: organisationName,
        purpose: PURPOSES[purpose],
        caseNumber,
        years: years.join('、'),
        path: '/accesses',
      },
    })),
  );
}

/** One audit row for all refusals of a request: how many of which kind. A key nobody has is no subject. */
function refusals(machine: Machine, scope: ReviewScope, outcomes: readonly Outcomes<ReviewReceipt>[]) {
  const counts: Partial<Record<ProblemCode, number>> = {};
  for (const outcome of outcomes) {
    if (!outcome.ok) counts[outcome.refusal.code] = (counts[outcome.refusal.code] ?? 0) + 1;
  }
  if (Object.keys(counts).length === 0) return [];
  return [
    {
      action: `${scope}.refused` as const,
      subjectKind: 'machine-client' as const,
      subjectId: machine.clientId,
      detail: { refused: counts },
    },
  ];
}
