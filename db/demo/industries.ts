import { isDistrict, type Region } from './regions.ts';

/** A trade, the bodies that are in charge of it at each level, and the professional titles its people hold. */
export interface Industry {
  code: string;
  /** 行业. */
  name: string;
  /** The provincial authority's full name; absent where the province has none (a new trade). */
  province?: string;
  /** What follows the place's name at city level; absent where cities have no such body. */
  city?: string;
  /** Likewise for counties. */
  county?: string;
  /** In municipal districts the body is a branch of the city's, not an authority of its own. */
  countiesOnly?: boolean;
  /** 职称, junior to senior. */
  titles: readonly string[];
}

const ENGINEER = ['助理工程师', '工程师', '高级工程师', '正高级工程师'] as const;

/** The trades of the demo province. Real kinds of authorities; where a level has none, Art. 14 leaves the review to HRSS alone (D-17). */
export const INDUSTRIES: readonly Industry[] = [
  {
    code: 'health',
    name: '卫生健康',
    province: '湖北省卫生健康委员会',
    city: '卫生健康委员会',
    county: '卫生健康局',
    titles: ['医师', '主治医师', '副主任医师', '主任医师', '主管护师', '副主任护师', '主管药师', '主管技师'],
  },
  {
    code: 'education',
    name: '教育',
    province: '湖北省教育厅',
    city: '教育局',
    county: '教育局',
    titles: ['二级教师', '一级教师', '高级教师', '正高级教师', '讲师', '副教授'],
  },
  {
    code: 'housing',
    name: '住房和城乡建设',
    province: '湖北省住房和城乡建设厅',
    city: '住房和城乡建设局',
    county: '住房和城乡建设局',
    titles: ENGINEER,
  },
  {
    code: 'transport',
    name: '交通运输',
    province: '湖北省交通运输厅',
    city: '交通运输局',
    county: '交通运输局',
    titles: ENGINEER,
  },
  {
    code: 'water',
    name: '水利',
    province: '湖北省水利厅',
    city: '水利和湖泊局',
    county: '水利和湖泊局',
    titles: ENGINEER,
  },
  {
    code: 'agriculture',
    name: '农业农村',
    province: '湖北省农业农村厅',
    city: '农业农村局',
    county: '农业农村局',
    titles: ['助理农艺师', '农艺师', '高级农艺师', '推广研究员', '兽医师', '高级兽医师'],
  },
  {
    code: 'natural-resources',
    name: '自然资源',
    province: '湖北省自然资源厅',
    city: '自然资源和规划局',
    county: '自然资源和规划局',
    countiesOnly: true,
    titles: ENGINEER,
  },
  {
    code: 'economy',
    name: '经济和信息化',
    province: '湖北省经济和信息化厅',
    city: '经济和信息化局',
    county: '科学技术和经济信息化局',
    titles: [...ENGINEER, '经济师', '高级经济师'],
  },
  {
    code: 'science',
    name: '科学技术',
    province: '湖北省科学技术厅',
    city: '科学技术局',
    titles: ['研究实习员', '助理研究员', '副研究员', '研究员'],
  },
  {
    code: 'culture-tourism',
    name: '文化和旅游',
    province: '湖北省文化和旅游厅',
    city: '文化和旅游局',
    county: '文化和旅游局',
    titles: ['助理馆员', '馆员', '副研究馆员', '研究馆员', '二级演员'],
  },
  {
    code: 'justice',
    name: '司法行政',
    province: '湖北省司法厅',
    city: '司法局',
    county: '司法局',
    titles: ['四级公证员', '三级公证员', '二级公证员', '三级律师', '二级律师'],
  },
  {
    code: 'finance',
    name: '财政',
    province: '湖北省财政厅',
    city: '财政局',
    county: '财政局',
    titles: ['助理会计师', '会计师', '高级会计师', '正高级会计师', '审计师'],
  },
  {
    code: 'market-regulation',
    name: '市场监督管理',
    province: '湖北省市场监督管理局',
    city: '市场监督管理局',
    county: '市场监督管理局',
    titles: ENGINEER,
  },
  {
    code: 'ecology',
    name: '生态环境',
    province: '湖北省生态环境厅',
    city: '生态环境局',
    titles: ENGINEER,
  },
  {
    code: 'emergency',
    name: '应急管理',
    province: '湖北省应急管理厅',
    city: '应急管理局',
    county: '应急管理局',
    titles: ENGINEER,
  },
  {
    code: 'forestry',
    name: '林业',
    province: '湖北省林业局',
    city: '林业局',
    county: '林业局',
    countiesOnly: true,
    titles: ENGINEER,
  },
  {
    code: 'statistics',
    name: '统计',
    province: '湖北省统计局',
    city: '统计局',
    county: '统计局',
    titles: ['助理统计师', '统计师', '高级统计师'],
  },
  {
    code: 'broadcasting',
    name: '新闻出版广电',
    province: '湖北省广播电视局',
    titles: ['助理记者', '记者', '主任记者', '编辑', '主任编辑', '一级播音员'],
  },
  {
    code: 'sports',
    name: '体育',
    province: '湖北省体育局',
    city: '体育局',
    titles: ['初级教练', '中级教练', '高级教练'],
  },
  {
    code: 'archives',
    name: '档案',
    province: '湖北省档案局',
    city: '档案局',
    titles: ['助理馆员', '馆员', '副研究馆员'],
  },
  {
    code: 'meteorology',
    name: '气象',
    province: '湖北省气象局',
    city: '气象局',
    titles: ENGINEER,
  },
  {
    code: 'new-media',
    name: '数字创意',
    titles: ['助理工程师', '工程师', '助理数字创意师', '数字创意师'],
  },
];

const BY_CODE: ReadonlyMap<string, Industry> = new Map(INDUSTRIES.map((each) => [each.code, each]));

/** The industry of a code; an unknown code is a fault of the demo data. */
export function industryOf(code: string): Industry {
  const found = BY_CODE.get(code);
  if (found === undefined) throw new Error(`no such industry: ${code}`);
  return found;
}

/** The authority's name for an industry in a region, or null where there is none. */
export function authorityName(industry: Industry, region: Region): string | null {
  if (region.level === 'province') return industry.province ?? null;
  if (region.level === 'city') return industry.city === undefined ? null : region.shortName + industry.city;
  if (industry.county === undefined || (industry.countiesOnly === true && isDistrict(region))) return null;
  return region.shortName + industry.county;
}
