import type { Readable } from 'node:stream';
import {
  AGE_DEFINITION,
  type ExportQuery,
  type Figures,
  GROUPINGS,
  type Grouping,
  type Overview,
  TURN_AROUND_DEFINITION,
  type Work,
} from '../../contract/statistics.ts';
import type { Db } from '../../db/connect.ts';
import type { Scope } from '../../db/read/scope.ts';
import { readOverview } from '../../db/read/statistics.ts';
import { readPeople } from '../../db/read/statistics-lists.ts';
import { readWork } from '../../db/read/statistics-work.ts';
import { reportPdf } from './report-pdf.ts';
import { asCsv, asWorkbook, asXlsx, type Cell, type Sheet, type SmallSheet } from './sheet.ts';

/** The statistics as files: the same reads as the page, so the same numbers in the same scope. */

export type Asked = { db: Db; scope: Scope; query: ExportQuery; asOf: string };

/** How many are read at a time. */
const PAGE = 2_000;

export async function exportStatistics(asked: Asked): Promise<Readable> {
  const { what, format } = asked.query;
  if (what === 'report') return format === 'pdf' ? reportPdf(await reportOf(asked)) : asWorkbook(await reportOf(asked));
  const sheet = what === 'people' ? peopleSheet(asked) : overviewSheet(asked);
  return format === 'csv' ? asCsv(sheet) : asXlsx(sheet);
}

const FIGURE_COLUMNS = [
  '人数',
  '合格',
  '视为完成',
  '已批准顺延',
  '进行中',
  '不合格',
  '学时已取消',
  '完成率（%）',
  '公需学时',
  '专业学时',
  '合计学时',
  '申报件数',
  '已备案件数',
] as const;

const hours = (hundredths: number): number => hundredths / 100;

function figureCells(f: Figures): Cell[] {
  return [
    f.people,
    f.qualified,
    f.deemedComplete,
    f.deferred,
    f.inProgress,
    f.unqualified,
    f.cancelled,
    f.completedPer10000 === null ? null : f.completedPer10000 / 100,
    hours(f.publicHundredths),
    hours(f.professionalHundredths),
    hours(f.publicHundredths + f.professionalHundredths),
    f.claims,
    f.filed,
  ];
}

/** The table of the page, every page of it, with its total last. */
function overviewSheet(asked: Asked): Sheet {
  return {
    name: GROUPINGS[asked.query.by],
    header: [GROUPINGS[asked.query.by], ...FIGURE_COLUMNS],
    rows: overviewRows(asked),
  };
}

async function* overviewRows({ db, scope, query, asOf }: Asked): AsyncGenerator<Cell[]> {
  let after: string | undefined;
  for (;;) {
    const page = await readOverview(db, scope, { ...query, limit: PAGE, after }, asOf);
    for (const { label, figures } of page.rows) yield [label, ...figureCells(figures)];
    if (page.next === null) {
      yield ['合计', ...figureCells(page.total)];
      return;
    }
    after = page.next;
  }
}

const peopleSheet = (asked: Asked): Sheet => ({
  name: '人员名单',
  header: ['姓名', '职称', '用人单位', '地区', '年度', '年度情况', '公需学时', '专业学时', '合计学时'],
  rows: peopleRows(asked),
});

async function* peopleRows({ db, scope, query, asOf }: Asked): AsyncGenerator<Cell[]> {
  let after: string | undefined;
  do {
    const page = await readPeople(db, scope, { ...query, limit: PAGE, after }, asOf);
    for (const person of page.items) {
      const { publicHundredths: ofPublic, professionalHundredths: ofProfessional } = person;
      yield [
        person.name,
        person.title,
        person.employerName,
        person.regionName,
        query.year,
        person.standingLabel,
        hours(ofPublic),
        hours(ofProfessional),
        hours(ofPublic + ofProfessional),
      ];
    }
    after = page.next ?? undefined;
  } while (after !== undefined);
}

/** The yearly report (上报, Art. 12): one sheet a question. */
async function reportOf({ db, scope, query, asOf }: Asked): Promise<SmallSheet[]> {
  const by = (grouping: Grouping) =>
    readOverview(db, scope, { ...query, by: grouping, limit: PAGE, after: undefined }, asOf);
  const [regions, industries, levels, work] = await Promise.all([
    by('region'),
    by('industry'),
    by('level'),
    readWork(db, scope, query, asOf),
  ]);
  return [
    { name: '总览', rows: summaryOf(regions) },
    ...[regions, industries, levels].map((overview) => ({
      name: `按${GROUPINGS[overview.by]}`,
      rows: tableOf(overview),
    })),
    { name: '按形式', rows: formsOf(regions) },
    { name: '按内容', rows: contentOf(regions) },
    { name: '申报状态', rows: [['状态', '件数'], ...regions.states.map(({ label, claims }) => [label, claims])] },
    { name: '办理情况', rows: workOf(work) },
  ];
}

function summaryOf({ year, asOf, narrowedTo, total }: Overview): Cell[][] {
  const scope = narrowedTo.map(({ label }) => label).join('、') || '本账号统计范围';
  return [
    ['专业技术人员继续教育年度统计', ''],
    ['年度', `${year}年`],
    ['统计范围', scope],
    ['统计日期', asOf],
    ...figureCells(total).map((value, index): Cell[] => [FIGURE_COLUMNS[index] ?? '', value]),
  ];
}

const tableOf = (overview: Overview): Cell[][] => [
  [GROUPINGS[overview.by], ...FIGURE_COLUMNS],
  ...overview.rows.map(({ label, figures }): Cell[] => [label, ...figureCells(figures)]),
  ['合计', ...figureCells(overview.total)],
];

const formsOf = ({ forms }: Overview): Cell[][] => [
  ['形式', '公需学时', '专业学时', '申报件数', '已备案件数'],
  ...forms.map((f): Cell[] => [f.label, hours(f.publicHundredths), hours(f.professionalHundredths), f.claims, f.filed]),
];

const contentOf = ({ content }: Overview): Cell[][] => [
  ['行业', '公需学时', '专业学时'],
  ...content.map((c): Cell[] => [c.label, hours(c.publicHundredths), hours(c.professionalHundredths)]),
];

function workOf({ stages, corrections, turnAround }: Work): Cell[][] {
  const ages = stages[0]?.ages.map(({ label }) => label) ?? [];
  return [
    ['环节', '在办', '逾期', ...ages],
    ...stages.map((s): Cell[] => [s.label, s.waiting, s.overdue, ...s.ages.map(({ waiting }) => waiting)]),
    ['待申报人补正', corrections],
    [AGE_DEFINITION],
    [],
    ['环节', '本年度办结', '办理天数中位数', '办理天数 90 分位数'],
    ...turnAround.map((t): Cell[] => [t.label, t.settled, t.medianDays, t.p90Days]),
    [TURN_AROUND_DEFINITION],
  ];
}
