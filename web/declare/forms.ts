import type { Form } from '../../rules/vocabulary.ts';

/** What each form is for and counts, on its card. The figures' authority is the rule, shown when a form is filled. */
export const FORM_CARDS: Readonly<Record<Form, { article: string; what: string; proof: string }>> = {
  'authority-training': {
    article: '第十一条第一项',
    what: '组织、人社或行业主管部门举办的线下培训班、研修班、进修班，按实际学习时间计算。',
    proof: '结业证书或参训证明',
  },
  'unit-training': {
    article: '第十一条第一项',
    what: '本单位组织的线下培训，计专业科目学时，年度有限额。',
    proof: '签到表或参训证明',
  },
  'academic-conference': {
    article: '第十一条第三项',
    what: '省级以上、本专业领域的学术会议；在会上报告论文的另有加计。',
    proof: '参会证明，报告论文的附论文证明',
  },
  'courseware-lecturing': {
    article: '第十一条第四项',
    what: '讲授已纳入人社部门公需科目目录的课件，按课件课时的倍数计算。',
    proof: '授课证明或目录通知',
  },
  'qualification-exam': {
    article: '第十一条第五项',
    what: '本专业职业资格准入类、水平评价类考试合格。',
    proof: '资格证书或合格证明',
  },
  degree: {
    article: '第十一条第六项',
    what: '取得国家认可的本科及以上学历（学位），证书所载年度视为完成。',
    proof: '学历或学位证书',
  },
  'aid-mission': {
    article: '第十一条第七项',
    what: '援藏、援疆、援外期间年度考核合格，考核年度视为完成。',
    proof: '派出文件和考核结果',
  },
  'authority-recognised': {
    article: '第十一条第八项',
    what: '省级以上行业主管部门发文认可的其他形式，按文件计算学时或学分。',
    proof: '认可文件和完成证明',
  },
  'platform-course': {
    article: '第十一条第二项',
    what: '由系统自动登记，无需申报。',
    proof: '不需要',
  },
};
