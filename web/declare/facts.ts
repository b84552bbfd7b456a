import type { Declared } from '../../contract/declarations.ts';
import { formatHours } from '../../rules/hours.ts';
import {
  AID_REGIONS,
  ASSESSMENTS,
  CONFERENCE_LEVELS,
  DEGREE_LEVELS,
  DOCUMENT_LEVELS,
  FORMS,
  MODES,
  ORGANISERS,
  SUBJECTS,
} from '../../rules/vocabulary.ts';
import { formatDay } from '../lib/format.ts';
import { labelOf } from './labels.ts';

/** One thing a declaration says: where it stands in the form, what it is called, and its value in words. */
export type Fact = { path: string; label: string; value: string };

const yesNo = (value: boolean): string => (value ? '是' : '否');
const fact = (path: string, label: string, value: string | undefined): Fact[] =>
  value === undefined || value === '' ? [] : [{ path, label, value }];

/** A declaration in words, in the order of its form. The days of a training are a table of their own. */
export function factsOf(declared: Declared): Fact[] {
  return [
    ...fact('form', '申报形式', FORMS[declared.form]),
    ...(declared.form === 'courseware-lecturing' ? [] : fact('title', labelOf('title', declared.form), declared.title)),
    ...particulars(declared),
    ...fact('organiserName', labelOf('organiserName', declared.form), declared.organiserName),
    ...fact('place', '地点', declared.place),
    ...fact('certificateNumber', '证书编号', declared.certificateNumber),
    ...fact('paperTitle', '报告论文题目', declared.paperTitle),
    ...fact('makeUpFor', '补学年度', declared.makeUpFor === undefined ? undefined : `${declared.makeUpFor}年`),
    ...fact('note', '说明', declared.note),
  ];
}

function particulars(declared: Declared): Fact[] {
  switch (declared.form) {
    case 'authority-training':
    case 'unit-training':
      return [
        ...fact('organiser', '举办单位类别', ORGANISERS[declared.organiser]),
        ...fact('mode', '培训方式', MODES[declared.mode]),
      ];
    case 'academic-conference':
      return [
        ...fact('on', '会议日期', formatDay(declared.on)),
        ...fact('level', '会议级别', CONFERENCE_LEVELS[declared.level]),
        ...fact('ownField', '属于本人专业领域', yesNo(declared.ownField)),
        ...fact('presentedPaper', '在会上报告论文', yesNo(declared.presentedPaper)),
        ...fact('paperDoi', '论文 DOI', declared.paperDoi),
        ...fact('coAuthors', '论文其他作者', declared.coAuthors?.join('、')),
      ];
    case 'courseware-lecturing':
      return [
        ...fact('courseware', '课件名称', declared.courseware),
        ...fact('inCatalogue', '已纳入目录', yesNo(declared.inCatalogue)),
        ...fact('on', '纳入目录日期', formatDay(declared.on)),
        ...fact('coursewareHundredths', '课件课时', formatHours(declared.coursewareHundredths)),
      ];
    case 'qualification-exam':
      return [
        ...fact('on', '证书所载日期', formatDay(declared.on)),
        ...fact('ownProfession', '属于本人专业', yesNo(declared.ownProfession)),
        ...fact('passed', '考试结果', declared.passed ? '合格' : '不合格'),
      ];
    case 'degree':
      return [
        ...fact('level', '学历（学位）层次', DEGREE_LEVELS[declared.level]),
        ...fact('on', '证书所载日期', formatDay(declared.on)),
        ...fact('recognised', '国家教育行政部门认可', yesNo(declared.recognised)),
      ];
    case 'aid-mission':
      return [
        ...fact('region', '援派类别', AID_REGIONS[declared.region]),
        ...fact('year', '考核年度', `${declared.year}年`),
        ...fact('assessment', '年度考核结果', ASSESSMENTS[declared.assessment]),
      ];
    case 'authority-recognised':
      return recognised(declared);
  }
}

function recognised(declared: Extract<Declared, { form: 'authority-recognised' }>): Fact[] {
  const { document, hundredths, creditsHundredths, ratioHundredths } = declared;
  const credits =
    creditsHundredths === undefined || ratioHundredths === undefined
      ? undefined
      : `${creditsHundredths / 100} 学分 × ${ratioHundredths / 100}`;
  return [
    ...fact('on', '活动日期', formatDay(declared.on)),
    ...fact('subject', '科目类别', SUBJECTS[declared.subject]),
    ...fact('document.number', '认可文件文号', document?.number),
    ...fact('document.level', '发文机关级别', document && DOCUMENT_LEVELS[document.level]),
    ...fact('document.on', '发文日期', document && formatDay(document.on)),
    ...fact('hundredths', '学时', hundredths === undefined ? undefined : formatHours(hundredths)),
    ...fact('creditsHundredths', '学分换算', credits),
  ];
}

/** Every place of a declaration a reason can be tied to. */
export function placesOf(declared: Declared): { path: string; label: string }[] {
  const places = factsOf(declared).map(({ path, label }) => ({ path, label }));
  if (declared.form !== 'authority-training' && declared.form !== 'unit-training') return places;
  const days = declared.days.map(({ on }, index) => ({ path: `days.${index}`, label: `日程 ${formatDay(on)}` }));
  return [...places, { path: 'days', label: '培训日程' }, ...days];
}
