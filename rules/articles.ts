/**
 * Every article of the measures, in the law's order, each either coded (a rule cites it, a test holds it) or excused
 * with the reason. `Provision` is derived from this table, so a citation of something the law does not contain does
 * not compile; test/rules/articles.test.ts holds the other direction.
 */

/** The law as it is cited under every figure shown to a person. */
export const MEASURES = '《湖北省专业技术人员继续教育学时管理办法（试行）》';

/** An article or item: its sentence, and either coded here or excused with the reason. */
export type Article = { readonly text: string } & ({ readonly coded: true } | { readonly excused: string });

export const ARTICLES = {
  '1': {
    text: '为推动我省专业技术人员继续教育工作规范化、制度化开展，根据《专业技术人员继续教育规定》（人力资源社会保障部令第25号）、《关于印发〈湖北省专业技术人才知识更新工程实施方案〉的通知》（鄂人社发〔2022〕56号）等规定，结合我省实际，制定本办法。',
    excused: 'Purpose and legal basis: it says why the measures exist and decides nothing about a person or a claim.',
  },
  '2': {
    text: '我省行政区域内的专业技术人员继续教育，适用本办法。',
    excused:
      'Scope: held by who has an account and an affiliation with a unit in Hubei, not by a rule over an activity.',
  },
  '3': {
    text: '专业技术人员继续教育内容包括公需科目和专业科目。公需科目包括专业技术人员应当普遍掌握的法律法规、理论政策、职业道德、技术信息等基本知识。专业科目包括专业技术人员从事专业工作应当掌握的新理论、新知识、新技术、新方法等专业知识。',
    coded: true,
  },
  '4': {
    text: '专业技术人员参加继续教育的时间，每年累计应不少于90学时（1学时时长不少于45分钟），其中，公需科目不少于30学时，专业科目不少于60学时。',
    coded: true,
  },
  '5': {
    text: '专业技术人员参加继续教育情况应当作为聘任专业技术岗位或申报评定上一级职称的重要条件。各行业主管部门应完善本行业专业技术人员职称评价机制，将继续教育情况纳入职称评审指标体系。有关法律法规规定专业技术人员参加继续教育作为职业资格登记或注册的必要条件的，从其规定。',
    coded: true,
  },
  '6': {
    text: '用人单位应当把专业技术人员参加继续教育情况作为专业技术人员年度考核、岗位聘任（聘用）的重要依据。',
    coded: true,
  },
  '7': {
    text: '全省专业技术人员继续教育工作实行综合管理与分级分类负责相结合的管理体制。',
    coded: true,
  },
  '8': {
    text: '省人力资源和社会保障厅综合管理全省专业技术人员继续教育工作，负责制定全省继续教育政策并组织实施。各级人力资源社会保障部门负责本地区专业技术人员继续教育工作的综合管理和组织实施。',
    coded: true,
  },
  '9': {
    text: '各级行业主管部门在各自职责范围内具体负责本行业专业技术人员继续教育的管理和实施。',
    coded: true,
  },
  '10': {
    text: '用人单位负责组织本单位专业技术人员参加继续教育，制定本单位的继续教育计划，督促专业技术人员完成规定的继续教育学时，保障专业技术人员继续教育权益。',
    coded: true,
  },
  '11': {
    text: '专业技术人员参加以下形式的继续教育活动，达到相应合格条件的，由用人单位按以下标准核定学时：',
    coded: true,
  },
  '11(1)': {
    text: '参加由各级组织部门、人力资源社会保障部门、行业主管部门举办的国内（境）外线下培训班、研修班、进修班学习，能提供参训证明的，按实际培训内容和时间计算继续教育学时，每天不超过8学时（在途时间不计入，不足1天的，按实际学时计算）；参加本单位组织的线下专业能力提升培训项目的，按实际培训时间计算专业科目学时，每年认定不超过20学时，用人单位未建立学习档案的不予认定学时。此类学时每年累计认定不超过90学时。',
    coded: true,
  },
  '11(2)': {
    text: '在湖北省专业技术人员继续教育公共服务平台完成课程学习的，系统按照课件标定学时自动登记相应学时。',
    coded: true,
  },
  '11(3)': {
    text: '参加省级以上本专业领域学术会议的，每次可认定专业科目8学时，报告论文者额外加计4学时。此类学时每年累计认定不超过30学时。',
    coded: true,
  },
  '11(4)': {
    text: '作为授课教师的公需科目课件纳入人力资源社会保障部门遴选的专业技术人员继续教育公需科目课件目录的，按照课件内容和课时的6倍计算年度继续教育学时。',
    coded: true,
  },
  '11(5)': {
    text: '参加本专业执（职）业资格准入、水平评价类考试并合格的，凭获得的资格证书当年度可认定完成专业科目60学时。',
    coded: true,
  },
  '11(6)': {
    text: '参加国家教育行政部门认可的本科及以上学历（学位）教育的，获得学历（学位）证书的当年度可视为完成继续教育学时。',
    coded: true,
  },
  '11(7)': {
    text: '参加援藏、援疆、援外工作期间年度考核合格者，可视为完成当年度继续教育学时。',
    coded: true,
  },
  '11(8)': {
    text: '参加省级以上行业主管部门已发文认可的继续教育形式，按实际时长及计算标准纳入学时认定范围，实行学分制管理的，由行业主管部门将专业技术人员年度继续教育学分情况换算成学时。',
    coded: true,
  },
  '12': {
    text: '省人力资源和社会保障厅搭建统一的“湖北省专业技术人员继续教育公共服务平台”，建立健全专业技术人员继续教育情况数据库，对继续教育人数、学时、内容、形式等基本情况进行统计，做好专业技术人员继续教育数据上报工作，并将专业技术人员职称评审信息与继续教育信息衔接，审核职称申报人的继续教育学时完成情况。',
    coded: true,
  },
  '13': {
    text: '我省各级人力资源社会保障部门、行业主管部门、用人单位、继续教育基地统一使用湖北省专业技术人员继续教育公共服务平台开展学时认定和管理工作的。',
    excused: 'One platform for all bodies: the organisations and their roles in the database, not a computation.',
  },
  '14': {
    text: '专业技术人员通过湖北省专业技术人员继续教育公共服务平台进行的学习，有效学时可通过服务平台直接查询，无需上传申报材料。通过其他方式完成继续教育的技术人员，学时认定流程为：专业技术人员申报、用人单位初审、同级行业主管部门和人社部门复审、省级行业主管部门和人社部门备案。档案托管在符合条件的人事档案管理服务机构的技术人员，其继续教育学时由相应人事档案管理服务机构负责初审。省直单位专业技术人员继续教育学时由省直主管部门负责复审。中央在鄂单位专业技术人员继续教育学时由本单位负责审核。',
    coded: true,
  },
  '15': {
    text: '本办法印发时，未经省级以上行业主管部门发文认可的线上继续教育学习平台，不纳入学时认定范围。',
    coded: true,
  },
  '16': {
    text: '经湖北省专业技术人员继续教育公共服务平台认定的学时按年度计入个人信息，专业技术人员可登录平台自行查验、打印全省统一制式的继续教育完成证书。电子证书与纸质证书具有同等效力。',
    coded: true,
  },
  '17': {
    text: '专业技术人员由于伤、病、孕等特殊原因无法在当年度完成继续教育学时的，由所在单位出具证明，可适当顺延补学，无正当理由不参加补学的，用人单位应在其申报职称时延长相应年限。顺延期限最长不超过12个月，逾期未完成者视为当年度学时不合格。',
    coded: true,
  },
  '18': {
    text: '专业技术人员参加继续教育取得的学时，在当年度内有效，不得结转至以后年度。',
    coded: true,
  },
  '19': {
    text: '湖北省职称评审管理信息系统统一衔接湖北省专业技术人员继续教育公共服务平台的学时数据。',
    coded: true,
  },
  '20': {
    text: '各级人力资源社会保障部门负责对所辖区域继续教育学时完成情况，特别是学时登记情况及结果应用情况进行监督检查。各级行业主管部门负责对本行业继续教育学时完成情况进行监督检查，调查核实关于本行业继续教育的投诉举报。',
    coded: true,
  },
  '21': {
    text: '专业技术人员在学时申报认定中弄虚作假的，取消有关人员相应年度继续教育学时，并依法依规取消其职称申报资格；依此取得专业技术职称的，由核准部门予以撤销，并作为失信行为记入职称评审诚信档案库，记录期限为3年。',
    coded: true,
  },
  '22': {
    text: '用人单位、继续教育机构在继续教育工作中存在违规行为的，由人力资源社会保障部门或行业主管部门责令限期改正，并依法依规予以处理。',
    coded: true,
  },
  '23': {
    text: '各级人力资源社会保障部门、行业主管部门及其工作人员，在继续教育学时管理工作中存在不认真履行职责或徇私舞弊、滥用职权、玩忽职守的，由其上级主管部门或纪检监察机关责令改正，并按照管理权限对直接负责的主管人员和其他直接责任人员依法依规予以处理。',
    coded: true,
  },
  '24': {
    text: '本办法由湖北省人力资源和社会保障厅负责解释。',
    coded: true,
  },
  '25': {
    text: '本办法自印发之日起施行。今后国家、省出台新规定的，按新规定执行。',
    coded: true,
  },
} as const satisfies Record<string, Article>;

/** A citation that compiles only when the law has it: `'4'`, `'11(3)'`. */
export type Provision = keyof typeof ARTICLES;

/** A value with the articles it rests on and the reasoning in Chinese sentences. */
export type Ruling<T> = { value: T; basis: readonly Provision[]; trace: readonly string[] };

const DIGITS = ['', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/** The number as the law writes it: 11 → 十一. */
function chineseNumber(n: number): string {
  const tens = Math.floor(n / 10);
  return `${tens > 1 ? DIGITS[tens] : ''}${tens > 0 ? '十' : ''}${DIGITS[n % 10]}`;
}

/** A citation in words: `11(3)` → 第十一条第（三）项. */
export const citation = (provision: Provision): string => CITATIONS[provision];

/** Several citations in words: 第四条、第十一条第（一）项. */
export const citations = (basis: readonly Provision[]): string => basis.map(citation).join('、');

/** Worded once: every step of every hour names its article. */
const CITATIONS = Object.fromEntries(
  Object.keys(ARTICLES).map((provision) => {
    const [article, item] = provision.split('(');
    const head = `第${chineseNumber(Number(article))}条`;
    return [provision, item === undefined ? head : `${head}第（${chineseNumber(Number.parseInt(item, 10))}）项`];
  }),
) as Record<Provision, string>;
