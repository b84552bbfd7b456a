import type { z } from 'zod';
import { type Declared, declared } from '../../contract/declarations.ts';
import type { ReturnReason } from '../../rules/vocabulary.ts';
import { candidateOf, type Fields } from './fields.ts';

/** What is wrong with a form, by field path. */
export type FieldErrors = Readonly<Record<string, string>>;

/** The form as the wire takes it, or what is wrong with it. */
export type Checked = { ok: true; declared: Declared } | { ok: false; errors: FieldErrors };

/** Judges a form by the same schema as the API. */
export function check(fields: Fields): Checked {
  const parsed = declared.safeParse(candidateOf(fields));
  if (parsed.success) return { ok: true, declared: parsed.data };
  const errors: Record<string, string> = {};
  for (const issue of parsed.error.issues) {
    const path = issue.path.map(String).join('.');
    errors[path] ??= wordsFor(issue);
  }
  return { ok: false, errors };
}

/** The schema's own Chinese words where it has them; else what a person should do. */
function wordsFor(issue: z.core.$ZodIssue): string {
  if (/[\u4e00-\u9fff]/.test(issue.message)) return issue.message;
  if (issue.code === 'invalid_type') return issue.input === undefined ? '请填写' : '填写的格式不正确';
  if (issue.code === 'invalid_value') return '请选择';
  return issue.code === 'too_small' || issue.code === 'too_big' ? '超出允许的范围' : '请填写';
}

/** What people call each field; used where errors are summed up and reasons are listed. */
export const FIELD_LABELS: Readonly<Record<string, string>> = {
  form: '申报形式',
  title: '名称',
  organiserName: '举办单位名称',
  place: '地点',
  certificateNumber: '证书编号',
  paperTitle: '报告论文题目',
  paperDoi: '论文 DOI',
  coAuthors: '论文其他作者',
  note: '说明',
  makeUpFor: '补学年度',
  organiser: '举办单位类别',
  mode: '培训方式',
  days: '培训日程',
  on: '日期',
  level: '级别',
  ownField: '是否本专业领域',
  presentedPaper: '是否报告论文',
  courseware: '课件名称',
  inCatalogue: '是否纳入目录',
  coursewareHundredths: '课件课时',
  ownProfession: '是否本专业',
  passed: '是否合格',
  recognised: '国家是否认可',
  year: '考核年度',
  region: '援派类别',
  assessment: '年度考核结果',
  subject: '科目类别',
  documentId: '认定文件',
  document: '认定文件',
  'document.number': '认可文件文号',
  'document.level': '发文机关级别',
  'document.on': '发文日期',
  hundredths: '学时',
  creditsHundredths: '学分',
  ratioHundredths: '换算比例',
  evidence: '证明材料',
};

/** A path in words: `days.2.on` → 培训日程第 3 行的日期. */
export function labelOf(path: string): string {
  const row = /^days\.(\d+)(?:\.(.+))?$/.exec(path);
  if (row === null) return FIELD_LABELS[path] ?? FIELD_LABELS[path.split('.')[0] ?? ''] ?? path;
  const part = row[2] === undefined ? '' : `的${FIELD_LABELS[row[2]] ?? (row[2] === 'minutes' ? '分钟数' : '内容')}`;
  return `培训日程第 ${Number(row[1]) + 1} 行${part}`;
}

/** The field a reason for correction is about when the reviewer named none. */
export const REASON_FIELD: Readonly<Record<ReturnReason, string>> = {
  'evidence-missing': 'evidence',
  'evidence-unclear': 'evidence',
  'evidence-mismatch': 'evidence',
  'hours-wrong': 'days',
  'days-wrong': 'days',
  'subject-wrong': 'subject',
  'organiser-wrong': 'organiser',
  'form-wrong': 'title',
  'document-wrong': 'document.number',
  other: 'title',
};
