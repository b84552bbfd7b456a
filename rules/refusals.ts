import type { Provision } from './articles.ts';
import type { RefusalCode } from './vocabulary.ts';

/** A coded no: what is wrong, what to do about it, and the articles it rests on. */
export type Refusal = { code: RefusalCode; message: string; fix: string; basis: readonly Provision[] };

type Wording = { message: string; fix: string; basis: readonly [Provision, ...Provision[]] };

const WORDINGS: Readonly<Record<RefusalCode, Wording>> = {
  'not-offline': {
    message: '培训为线上举办，不属于线下培训。',
    fix: '线上学习须经省级以上行业主管部门发文认可，请改用“行业主管部门发文认可的形式”申报并填写文件信息。',
    basis: ['11(1)', '15'],
  },
  'organiser-not-eligible': {
    message: '举办单位不是组织部门、人社部门、行业主管部门（主管部门培训）或本单位（本单位培训）。',
    fix: '请核对举办单位；本单位举办的请改用“本单位线下培训”申报。',
    basis: ['11(1)'],
  },
  'conference-level': {
    message: '学术会议级别低于省级。',
    fix: '只有省级以上学术会议可以认定，请核对会议级别。',
    basis: ['11(3)'],
  },
  'not-own-field': {
    message: '学术会议不属于本专业领域。',
    fix: '只有本专业领域的学术会议可以认定，请核对会议专业领域。',
    basis: ['11(3)'],
  },
  'not-in-catalogue': {
    message: '课件未纳入人力资源社会保障部门遴选的公需科目课件目录。',
    fix: '课件纳入目录后再申报。',
    basis: ['11(4)'],
  },
  'not-own-profession': {
    message: '考试不属于本专业的职业资格考试。',
    fix: '只有本专业的资格准入类、水平评价类考试可以认定。',
    basis: ['11(5)'],
  },
  'not-passed': { message: '考试未合格。', fix: '考试合格并取得证书后再申报。', basis: ['11(5)'] },
  'degree-level': {
    message: '学历（学位）层次低于本科。',
    fix: '只有本科及以上学历（学位）可视为完成当年度学时。',
    basis: ['11(6)'],
  },
  'degree-not-recognised': {
    message: '学历（学位）未获国家教育行政部门认可。',
    fix: '请提供国家教育行政部门的学历（学位）认证。',
    basis: ['11(6)'],
  },
  'assessment-not-passed': {
    message: '援派期间年度考核未达到合格。',
    fix: '年度考核合格及以上方可视为完成，请核对考核结果。',
    basis: ['11(7)'],
  },
  'document-missing': {
    message: '没有在活动之日已生效的行业主管部门认可文件。',
    fix: '请填写省级以上行业主管部门认可文件的文号和印发日期；活动早于文件的不予认定。',
    basis: ['11(8)', '15'],
  },
  'document-level': {
    message: '认可文件不是省级以上行业主管部门印发。',
    fix: '请提供省级以上行业主管部门的认可文件。',
    basis: ['11(8)', '15'],
  },
  'proof-missing': { message: '没有参训证明。', fix: '请上传参训证明。', basis: ['11(1)'] },
  'study-archive-missing': {
    message: '用人单位未建立学习档案，本单位培训不予认定学时。',
    fix: '请联系本单位建立学习档案。',
    basis: ['11(1)'],
  },
  'wrong-year': {
    message: '活动不属于本年度，学时当年度有效，不得结转。',
    fix: '请申报到活动发生的年度；只有获批顺延的补学可以计入被顺延的年度。',
    basis: ['18'],
  },
  'make-up-without-deferral': {
    message: '该年度没有获批的顺延，不能补学。',
    fix: '请先申请顺延；未获批的，活动计入其发生的年度。',
    basis: ['17', '18'],
  },
  'make-up-after-deferral': {
    message: '活动日期超过顺延的最后一天。',
    fix: '超过顺延期限的活动不能计入被顺延的年度，请按其发生的年度申报。',
    basis: ['17'],
  },
  duplicate: {
    message: '同一课程在本年度、或同一课件在本年度或以前年度已计入学时。',
    fix: '同一课程每年度只计一次，同一课件只计一次（计入其纳入目录的年度），以较早的一次为准，无需处理。',
    basis: ['11(2)', '11(4)'],
  },
  'before-measures': {
    message: '2026年以前的年度不适用本办法，不予受理。',
    fix: '请申报2026年及以后年度的继续教育活动。',
    basis: ['25'],
  },
  'future-date': { message: '活动日期尚未到来。', fix: '请核对日期，活动完成后再申报。', basis: ['11'] },
  'claims-closed': {
    message: '该年度的申报已于次年3月31日截止。',
    fix: '年度学时须在次年3月31日前申报；跨年度的培训请只填报仍可申报年度的日期。',
    basis: ['4', '18'],
  },
  'not-declarable': {
    message: '公共服务平台课程由系统自动登记，无需申报。',
    fix: '学习完成后可直接在平台查询有效学时，无需上传申报材料。',
    basis: ['11(2)', '14'],
  },
};

/**
 * The refusal of a code, in words.
 * @article 11 达到相应合格条件的，由用人单位按以下标准核定学时
 */
export const refusal = (code: RefusalCode): Refusal => ({ code, ...WORDINGS[code] });
