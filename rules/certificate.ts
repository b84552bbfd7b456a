import type { Day } from './activity.ts';
import type { AnnualResult } from './annual.ts';
import { citations, type Provision, type Ruling } from './articles.ts';
import { formatHours } from './hours.ts';
import { FORM_BASIS } from './recognition.ts';
import { type CertificateEnd, type Form, SUBJECTS, VERDICTS, type Verdict } from './vocabulary.ts';

/** The completion certificate (完成证书) of a person-year: when there may be one, what it states, how it is named. */

/** Whom a certificate is about, as it is printed. The ID number is masked before it comes here. */
export type Holder = { name: string; idNumberMasked: string; employerName: string | null };

/** Hours of one form, in hundredths. */
export type FormHours = { form: Form; publicHundredths: number; professionalHundredths: number; deemed: boolean };

/**
 * What a certificate states: frozen when it is issued. `paper` names the unified form it is printed on, so that a later
 * form leaves those already issued as they are.
 */
export type Statement = Holder & {
  paper: 'unified-1';
  number: string;
  year: number;
  verdict: 'qualified' | 'deemed-complete';
  publicHundredths: number;
  professionalHundredths: number;
  totalHundredths: number;
  forms: readonly FormHours[];
  issuedOn: Day;
  basis: readonly Provision[];
};

/**
 * Whether a year may have a certificate: it is complete, by hours or deemed so. The trace says what is missing.
 * @article 16 打印全省统一制式的继续教育完成证书
 * @article 4 每年累计应不少于90学时
 * @article 11(6) 可视为完成继续教育学时
 * @article 11(7) 可视为完成当年度继续教育学时
 */
export function mayBeCertified(result: AnnualResult): Ruling<boolean> {
  switch (result.verdict) {
    case 'qualified':
      return { value: true, basis: ['16', '4'], trace: [...result.trace] };
    case 'deemed-complete':
      return { value: true, basis: ['16', ...deemedBy(result)], trace: [...result.trace] };
    case 'cancelled':
      return { value: false, basis: ['21'], trace: [`本年度学时已取消，不出具证书（${citations(['21'])}）`] };
    case 'deferred':
    case 'in-progress':
    case 'unqualified':
      return {
        value: false,
        basis: ['16', ...result.basis],
        trace: [`${VERDICTS[result.verdict]}，${lackOf(result)}`],
      };
  }
}

/** The articles by which the year is deemed complete. */
const deemedBy = (result: AnnualResult): Provision[] => [
  ...new Set(result.items.flatMap((item) => (item.deemedComplete ? FORM_BASIS[item.form] : []))),
];

function lackOf({ missing }: AnnualResult): string {
  const parts = [
    missing.public > 0 ? `${SUBJECTS.public} ${formatHours(missing.public)}` : '',
    missing.professional > 0 ? `${SUBJECTS.professional} ${formatHours(missing.professional)}` : '',
  ].filter((part) => part !== '');
  return `还差 ${formatHours(missing.total)}${parts.length > 0 ? `（${parts.join('，')}）` : ''}`;
}

/**
 * What the certificate of a complete year states; null for a year that may have none.
 * @article 16 认定的学时按年度计入个人信息
 */
export function statementOf(
  result: AnnualResult,
  holder: Holder,
  issue: { number: string; on: Day },
): Statement | null {
  const { verdict, year, publicHundredths, professionalHundredths, totalHundredths } = result;
  const ruling = mayBeCertified(result);
  if (!ruling.value || !isComplete(verdict)) return null;
  return {
    paper: 'unified-1',
    number: issue.number,
    year,
    ...holder,
    verdict,
    publicHundredths,
    professionalHundredths,
    totalHundredths,
    forms: byForm(result),
    issuedOn: issue.on,
    basis: ruling.basis,
  };
}

const isComplete = (verdict: Verdict): verdict is Statement['verdict'] =>
  verdict === 'qualified' || verdict === 'deemed-complete';

/** The counted hours form by form, in the law's order of forms as the items come; forms that gave nothing are left out. */
function byForm(result: AnnualResult): FormHours[] {
  const forms = new Map<Form, FormHours>();
  for (const item of result.items) {
    if (item.countedHundredths === 0 && !item.deemedComplete) continue;
    const sum = forms.get(item.form) ?? {
      form: item.form,
      publicHundredths: 0,
      professionalHundredths: 0,
      deemed: false,
    };
    sum.publicHundredths += item.publicHundredths;
    sum.professionalHundredths += item.professionalHundredths;
    sum.deemed ||= item.deemedComplete;
    forms.set(item.form, sum);
  }
  const order = Object.keys(FORM_BASIS);
  return [...forms.values()].sort((a, b) => order.indexOf(a.form) - order.indexOf(b.form));
}

/**
 * Why a certificate no longer says what is true: null while year and holder are as it states.
 * @article 16 认定的学时按年度计入个人信息
 * @article 21 取消有关人员相应年度继续教育学时
 */
export function endOfCertificate(statement: Statement, result: AnnualResult, holder: Holder): CertificateEnd | null {
  if (result.verdict === 'cancelled') return 'fraud';
  const now = statementOf(result, holder, { number: statement.number, on: statement.issuedOn });
  if (now === null) return 'no-longer-complete';
  if (hoursKey(now) !== hoursKey(statement)) return 'hours-changed';
  // Moving to another employer leaves a certificate true: it names the employer of its day.
  const sameHolder = now.name === statement.name && now.idNumberMasked === statement.idNumberMasked;
  return sameHolder ? null : 'holder-changed';
}

const hoursKey = ({ verdict, publicHundredths, professionalHundredths, forms }: Statement): string =>
  JSON.stringify([
    verdict,
    publicHundredths,
    professionalHundredths,
    forms.map((f) => [f.form, f.publicHundredths, f.professionalHundredths, f.deemed]),
  ]);

/**
 * A certificate's number (证书编号): year, region of the employer, a running number. Unique; gaps say nothing.
 * @article 16 全省统一制式的继续教育完成证书
 */
export const certificateNumber = (of: { year: number; regionCode: string; sequence: number }): string =>
  `${of.year}-${of.regionCode}-${String(of.sequence).padStart(8, '0')}`;

/** Thirty-two signs that are not taken for each other: no I, L, O, U. */
const CODE_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Five bits a sign: a hundred bits cannot be guessed. */
const CODE_LENGTH = 20;

/**
 * A verification code (验证码) from random bytes, the lowest five bits of each.
 * @param random at least twenty bytes of a cryptographic source
 * @article 16 可登录平台自行查验
 */
export function verificationCode(random: Uint8Array): string {
  if (random.length < CODE_LENGTH) throw new RangeError(`${CODE_LENGTH} random bytes are needed`);
  return Array.from(random.subarray(0, CODE_LENGTH), (byte) => CODE_ALPHABET.charAt(byte & 31)).join('');
}

/**
 * A code as somebody typed it: in any case, with spaces or hyphens, with letters that look like a digit. Null when it can be none.
 * @article 16 可登录平台自行查验
 */
export function readCode(typed: string): string | null {
  if (typed.length > 200) return null;
  const plain = typed
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s-]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  return plain.length === CODE_LENGTH && [...plain].every((sign) => CODE_ALPHABET.includes(sign)) ? plain : null;
}

/**
 * A code in groups of four, as it is printed.
 * @article 16 可登录平台自行查验
 */
export const groupedCode = (code: string): string => code.match(/.{1,4}/g)?.join('-') ?? code;

/**
 * A name for the public page: 张三丰 → 张*丰, 张三 → 张*; a name of one sign is hidden.
 * @article 16 可登录平台自行查验
 */
export function maskedName(name: string): string {
  const signs = Array.from(name.trim());
  const [first = ''] = signs;
  if (signs.length <= 1) return '*';
  if (signs.length === 2) return `${first}*`;
  return `${first}${'*'.repeat(signs.length - 2)}${signs.at(-1) ?? ''}`;
}
