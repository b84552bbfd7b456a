import type { Provision } from './articles.ts';

/**
 * Where the text is open, a default reading decides, so that every figure is determined. Each is shown to people as
 * 系统默认解释, because only the authority interprets the measures (Art. 24) and may change it. Code that follows a
 * reading is tagged `@interpretation D-n`; `pending` says which later part of the system will follow it.
 */
export type Interpretation = {
  readonly text: string;
  readonly basis: readonly Provision[];
  readonly pending?: string;
};

/** @article 24 本办法由湖北省人力资源和社会保障厅负责解释 */
export const INTERPRETATIONS = {
  'D-1': { text: '按分钟填报的培训，每天按 45 分钟折算 1 学时，不足 1 学时的部分不计。', basis: ['4'] },
  'D-2': { text: '折算结果保留两位小数，向下取整到 0.01 学时。', basis: ['11(8)'] },
  'D-3': {
    text: '年度为公历年度（北京时间）。活动归属其发生之日；多日培训按日拆分；考试、学历（学位）归属证书所载日期；援派归属考核年度。',
    basis: ['18'],
  },
  'D-4': {
    text: '本办法自2026年5月25日起施行，系统对2026年全年（含施行前的月份）及以后年度的学时按本办法认定；2026年以前的年度不予受理。',
    basis: ['25'],
  },
  'D-5': { text: '授课课件的学时计入课件纳入目录的年度，同一课件只计一次。', basis: ['11(4)'] },
  'D-6': { text: '一个年度内通过多项资格考试的，合计计 60 学时。', basis: ['11(5)'] },
  'D-7': {
    text: '线下培训的限额依次适用：先每天 8 学时，再本单位培训每年 20 学时，最后合计每年 90 学时（先满足公需科目 30 学时、专业科目 60 学时，再按顺序计至 90 学时）。超出部分不计入，也不结转。',
    basis: ['11(1)'],
  },
  'D-8': {
    text: '同一人同一天参加的各类线下培训（含本单位培训）合计不超过 8 学时。条文仅就主管部门举办的培训规定每天 8 学时。',
    basis: ['11(1)'],
  },
  'D-9': {
    text: '适用限额时按日期先后排序；同一天先主管部门培训、后本单位培训，再按申报编号，公需科目先于专业科目。认定的先后不影响结果。',
    basis: ['11(1)'],
  },
  'D-10': {
    text: '年度学时的申报截至次年3月31日；在此之前提交的，即使此后备案仍予计算，年度结论随之更新。',
    basis: ['4'],
  },
  'D-11': {
    text: '顺延申请在次年3月31日前提出，由用人单位（档案托管人员由人事档案管理服务机构）决定，同级人社部门知悉并可撤销。',
    basis: ['17'],
  },
  'D-12': { text: '顺延的最后一天不晚于次年12月31日（年度结束后12个月）。', basis: ['17'] },
  'D-13': {
    text: '顺延期内（次年1月1日至顺延最后一天）的活动可以申报为补学，只计入被顺延的年度，并适用该年度的限额；公共服务平台课程由本人在顺延期内选定，只能选定一次，顺延被撤销的计回完成当年。考试、学历（学位）和援派不得作为补学。',
    basis: ['17', '18'],
  },
  'D-14': { text: '陈述申辩期限为10个工作日。', basis: ['21'], pending: 'the sanction workflow' },
  'D-15': {
    text: '失信记录期限3年，至三年后的同一日期零时自动终止（2月29日的至2月28日）。',
    basis: ['21'],
    pending: 'the sanction workflow',
  },
  'D-16': { text: '中央在鄂单位审核的学时由系统报省备查，省级不作审批。', basis: ['14'] },
  'D-17': {
    text: '同级没有对应行业主管部门的，由同级人社部门单独复审；省级也没有的，由省人社厅单独备案。',
    basis: ['8', '14'],
  },
  'D-18': { text: '备案机构与复审机构相同的，备案环节保留，由另一名工作人员办理。', basis: ['14'] },
  'D-19': {
    text: '退回补正的期限为15个工作日，自通知次日起算；逾期未补正的由系统终止，期间审核时限中止。',
    basis: ['14'],
  },
  'D-20': {
    text: '补正后重新提交的，保留首次提交日期，自初审重新开始；复审重新开启全部任务。',
    basis: ['14'],
  },
  'D-21': {
    text: '办理时限：初审10个工作日、复审15个工作日、备案15个工作日，自环节开启次日起算；逾期提醒，再过5个工作日提交上级机构。',
    basis: ['14'],
  },
  'D-22': { text: '行业主管部门的认可文件自其印发之日起适用，包括本办法印发后发布的文件。', basis: ['11(8)', '15'] },
  'D-24': {
    text: '调动由新单位或本人提出，原单位10个工作日内未答复的，由所在地人社部门代为办理；已提交的申报仍由原审核机构办理。',
    basis: ['8', '14'],
  },
  'D-30': {
    text: '责令改正的期限晚于责令之日、最长一年，届满前7天、3天、1天提醒；期限届满之日24时（北京时间）仍未报告的，自动转为逾期并报上一级部门；期限内报告、尚未验收的不算逾期。',
    basis: ['22'],
  },
  'D-31': {
    text: '随机抽查由系统在固定范围之后生成种子，按 SHA-256 排序抽取；种子、范围指纹和算法留存，可由任何人复算。',
    basis: ['20'],
  },
  'D-32': {
    text: '按风险抽查的条件：不同人员使用相同的证明文件；一天的线下活动合计超过12学时；线下活动日期重叠；有本单位培训的人员达5人且半数以上接近年度上限；一小时内办理20件以上且平均不足20秒。风险只决定抽查的先后，不是认定的结论。',
    basis: ['20'],
  },
} as const satisfies Record<string, Interpretation>;

/** The name of a reading. */
export type InterpretationId = keyof typeof INTERPRETATIONS;

/** How a reading is named beside a figure. */
export const reading = (id: InterpretationId): string => `系统默认解释 ${id}`;
