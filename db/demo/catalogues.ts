import { createHash } from 'node:crypto';
import { PROFESSIONAL_COURSES, PUBLIC_COURSES } from './courses.ts';
import { INDUSTRIES, type Industry } from './industries.ts';
import type { ClaimLife } from './life.ts';
import { type Person, REGISTERED_AT } from './people.ts';
import { randomOf } from './random.ts';
import type { Row, Rows } from './rows.ts';
import { flavourOf, PUBLIC_TOPICS } from './topics.ts';

/** The lists of the demo province: courses, courseware with its lecturers, recognition documents, and the platform's credentials. */

type Document = Row<'recognition_document'>;

const ISSUED_ON = '2026-03-16';
const KINDS = [
  { number: 12, kind: 'credit-programme', counting: 'credits', title: '继续教育学分项目', ratio: 300, most: 6000 },
  { number: 18, kind: 'online-platform', counting: 'hours', title: '行业网络学习平台', ratio: null, most: null },
  { number: 27, kind: 'activity', counting: 'hours', title: '岗位练兵与技术交流活动', ratio: null, most: 3200 },
] as const;

/** What an industry's authority recognised: a credit programme, an online platform, an activity; in this order. */
export const documentsOf = (industry: Industry): Document[] =>
  KINDS.map(({ number, kind, counting, title, ratio, most }) => ({
    id: randomOf(`document ${industry.code} ${number}`).uuid(REGISTERED_AT),
    number: `${flavourOf(industry.code).documentPrefix}〔2026〕${number}号`,
    level: 'provincial',
    authority_name: industry.province ?? '湖北省人力资源和社会保障厅',
    organisation_id: industry.province === undefined ? 'hrss-420000' : `ind-420000-${industry.code}`,
    kind,
    title: `${industry.name}${title}`,
    subject: 'professional',
    counting,
    ratio_hundredths: ratio,
    most_hundredths: most,
    issued_on: ISSUED_ON,
    from_on: ISSUED_ON,
    until_on: null,
    revision: 1,
    created_by: null,
    request_key: null,
    created_at: REGISTERED_AT.toISOString(),
  }));

/** A courseware of a day; `which` tells those of one day apart. */
export const coursewareOf = (on: string, which: number) => ({
  code: `GX${on.replaceAll('-', '')}-${String(which).padStart(2, '0')}`,
  title: PUBLIC_TOPICS[which % PUBLIC_TOPICS.length] ?? '',
  hundredths: [100, 200, 300, 400][which % 4] ?? 100,
  entered_on: on,
});

/** Who can try the form in the demo without having declared one. */
const LECTURERS: ReadonlySet<string> = new Set(['doctor', 'teacher', 'engineer-central']);

/** Puts the lists into the rows; every courseware somebody declared is in its catalogue, with them as lecturer. */
export function addCatalogues(rows: Rows, people: readonly Person[], lives: readonly ClaimLife[]): void {
  for (const { code, title, subject, hundredths } of [...PUBLIC_COURSES, ...[...PROFESSIONAL_COURSES.values()].flat()])
    rows.add('platform_course', { code, title, subject, hundredths, from_on: '2026-01-01', until_on: null, ...KEPT });
  for (const industry of INDUSTRIES) for (const each of documentsOf(industry)) rows.add('recognition_document', each);
  addCourseware(rows, people, lives);
  rows.add('machine_client', PLATFORM_CLIENT);
}

const KEPT = { revision: 1, created_by: null, request_key: null, created_at: REGISTERED_AT.toISOString() };

function addCourseware(rows: Rows, people: readonly Person[], lives: readonly ClaimLife[]): void {
  const seen = new Set<string>();
  const once = (key: string, add: () => void): void => {
    if (!seen.has(key)) add();
    seen.add(key);
  };
  const lecture = (code: string, personId: string): void => {
    once(`${code} ${personId}`, () => {
      rows.add('courseware_lecturer', { courseware_code: code, person_id: personId });
    });
  };
  for (const { seed } of lives) {
    const { declared, person } = seed;
    if (declared.form !== 'courseware-lecturing') continue;
    const { courseware: code, title, on, coursewareHundredths: hundredths } = declared;
    once(code, () => {
      rows.add('courseware', { code, title, hundredths, entered_on: on, withdrawn_on: null, ...KEPT });
    });
    lecture(code, person.id);
  }
  for (const [index, person] of people.filter(({ username }) => LECTURERS.has(username)).entries()) {
    const entry = coursewareOf('2026-09-01', 60 + index);
    once(entry.code, () => {
      rows.add('courseware', { ...entry, withdrawn_on: null, ...KEPT });
    });
    lecture(entry.code, person.id);
  }
}

/** The demo platform's credentials: `Authorization: Bearer <id>.<secret>`. Known to everybody, so for demo data only. */
export const PLATFORM_CREDENTIALS = {
  id: '01971234-0000-7000-8000-000000000001',
  secret: 'demo-platform-secret-of-the-demo-province-1',
} as const;

const PLATFORM_CLIENT: Row<'machine_client'> = {
  id: PLATFORM_CREDENTIALS.id,
  name: '湖北省专业技术人员继续教育公共服务平台',
  organisation_id: 'hrss-420000',
  secret_hash: `\\x${createHash('sha256').update(PLATFORM_CREDENTIALS.secret).digest('hex')}`,
  scopes: ['completions'],
  from_on: '2026-01-01',
  until_on: null,
  created_at: REGISTERED_AT.toISOString(),
  ended_at: null,
  request_key: null,
  created_by: null,
  ended_by: null,
};
