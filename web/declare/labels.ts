import type { Form } from '../../rules/vocabulary.ts';

/** What people call each field; used where errors are summed up and reasons are listed. */
const FIELD_LABELS: Readonly<Record<string, string>> = {
  form: '申报形式',
  title: '名称',
  organiserName: '举办单位名称',
  place: '地点',
  certificateNumber: '证书编号',
  paperTitle: '报告论文题目',
  paperDoi: '论文 DOI',
  coAuthors: '论文其他作者',
  note: '给审核人员的说明',
  makeUpFor: '计入年度',
  organiser: '举办单位类别',
  mode: '培训方式',
  days: '培训日程',
  on: '日期',
  level: '级别',
  ownField: '属于本人专业领域',
  presentedPaper: '在会上报告论文',
  courseware: '课件名称',
  inCatalogue: '已纳入目录',
  coursewareHundredths: '课件课时',
  ownProfession: '属于本人专业',
  passed: '考试结果',
  recognised: '国家教育行政部门认可',
  year: '考核年度',
  region: '援派类别',
  assessment: '年度考核结果',
  subject: '科目类别',
  documentId: '认可文件',
  document: '认可文件',
  'document.number': '认可文件文号',
  'document.level': '发文机关级别',
  'document.on': '发文日期',
  hundredths: '学时',
  creditsHundredths: '学分',
  ratioHundredths: '换算比例',
  evidence: '证明材料',
};

const TRAINING = { title: '培训名称' };

/** What a form calls otherwise, as it stands above the field. */
const OF_FORM: Partial<Readonly<Record<Form, Readonly<Record<string, string>>>>> = {
  'authority-training': TRAINING,
  'unit-training': TRAINING,
  'academic-conference': { title: '会议名称', on: '会议日期', level: '会议级别', organiserName: '主办单位' },
  'qualification-exam': { title: '考试名称', on: '证书所载日期' },
  degree: { title: '学校和专业', on: '证书所载日期', level: '学历（学位）层次' },
  'aid-mission': { title: '派出任务' },
  'authority-recognised': { title: '活动名称', on: '活动日期' },
};

/** A path in words, as the form calls it: `days.2.on` → 培训日程第 3 行的日期. */
export function labelOf(path: string, form: Form | undefined): string {
  const row = /^days\.(\d+)(?:\.(.+))?$/.exec(path);
  const own = form === undefined ? undefined : OF_FORM[form]?.[path];
  if (row === null) return own ?? FIELD_LABELS[path] ?? FIELD_LABELS[path.split('.')[0] ?? ''] ?? path;
  const part = row[2] === undefined ? '' : `的${FIELD_LABELS[row[2]] ?? (row[2] === 'minutes' ? '分钟数' : '内容')}`;
  return `培训日程第 ${Number(row[1]) + 1} 行${part}`;
}
