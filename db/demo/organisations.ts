import type { Level, OrganisationKind, UnitKind } from '../../rules/vocabulary.ts';
import { authorityName, INDUSTRIES } from './industries.ts';
import { type Random, randomOf } from './random.ts';
import { CITIES, COUNTIES, isDistrict, PROVINCE_CODE, REGIONS, type Region } from './regions.ts';

/** A body of the demo province. */
export interface Organisation {
  id: string;
  name: string;
  kind: OrganisationKind;
  level: Level;
  regionCode: string;
  industryCode: string | null;
  /** Employers only. */
  unitKind: UnitKind | null;
  supervisingDepartmentId: string | null;
  studyArchive: boolean;
  /** Employers only: how many of the province's people work here, in proportion. */
  weight: number;
  /** Private firms: part of the staff has its personnel file with this agency. */
  archiveAgencyId: string | null;
}

/** The hospital of the story. */
export const STORY_HOSPITAL_ID = 'emp-420500-0001';
/** The one authority that has no officer, so that the stuck console has something to show. */
export const EMPTY_POOL_ID = 'ind-421127-water';

const PROVINCE = { level: 'province', regionCode: PROVINCE_CODE } as const;

function body(
  given: Pick<Organisation, 'id' | 'name' | 'kind' | 'level' | 'regionCode'> & Partial<Organisation>,
): Organisation {
  return {
    industryCode: null,
    unitKind: null,
    supervisingDepartmentId: null,
    studyArchive: false,
    weight: 0,
    archiveAgencyId: null,
    ...given,
  };
}

function hrss(region: Region): Organisation {
  const name = region.level === 'province' ? '湖北省人力资源和社会保障厅' : `${region.shortName}人力资源和社会保障局`;
  return body({ id: `hrss-${region.code}`, name, kind: 'hrss', level: region.level, regionCode: region.code });
}

function authoritiesOf(region: Region): Organisation[] {
  return INDUSTRIES.flatMap((industry) => {
    const name = authorityName(industry, region);
    if (name === null) return [];
    return body({
      id: `ind-${region.code}-${industry.code}`,
      name,
      kind: 'industry-authority',
      level: region.level,
      regionCode: region.code,
      industryCode: industry.code,
    });
  });
}

const AUTHORITIES: readonly Organisation[] = REGIONS.flatMap((region) => [hrss(region), ...authoritiesOf(region)]);

const DEPARTMENTS: readonly Organisation[] = [
  ['dept-sasac', '湖北省人民政府国有资产监督管理委员会'],
  ['dept-geology', '湖北省地质局'],
  ['dept-office-affairs', '湖北省机关事务管理局'],
  ['dept-prisons', '湖北省监狱管理局'],
  ['dept-disabled', '湖北省残疾人联合会'],
  ['dept-supply', '湖北省供销合作总社'],
].map(([id = '', name = '']) => body({ id, name, kind: 'provincial-supervising-department', ...PROVINCE }));

const AGENCIES: readonly Organisation[] = [
  body({ id: 'agency-420000', name: '湖北省人才服务中心', kind: 'personnel-archive-agency', ...PROVINCE }),
  ...CITIES.map((city) =>
    body({
      id: `agency-${city.code}`,
      name: `${city.shortName}人才服务中心`,
      kind: 'personnel-archive-agency',
      level: 'city',
      regionCode: city.code,
    }),
  ),
];

const ORGANISATION_DEPARTMENTS: readonly Organisation[] = [
  body({ id: 'od-420000', name: '中共湖北省委组织部', kind: 'organisation-department', ...PROVINCE }),
];

const BASES: readonly Organisation[] = [
  ['base-whu', '420100', '武汉大学国家级专业技术人员继续教育基地'],
  ['base-hust', '420100', '华中科技大学国家级专业技术人员继续教育基地'],
  ['base-ctgu', '420500', '三峡大学湖北省专业技术人员继续教育基地'],
  ['base-yangtze', '421000', '长江大学湖北省专业技术人员继续教育基地'],
  ['base-hubu', '420100', '湖北大学湖北省专业技术人员继续教育基地'],
  ['base-hbmzu', '422800', '湖北民族大学湖北省专业技术人员继续教育基地'],
].map(([id = '', regionCode = '', name = '']) => body({ id, name, kind: 'education-base', level: 'city', regionCode }));

/** [industry, what follows the place's name, relative size, private firm?]. */
type Template = readonly [industry: string, suffix: string, weight: number, firm?: true];

/** Every city has these. */
const CITY_ALWAYS: readonly Template[] = [
  ['health', '中心人民医院', 9],
  ['education', '第一高级中学', 6],
  ['housing', '建筑设计研究院有限公司', 5],
  ['new-media', '数字创意科技有限公司', 3, true],
  ['broadcasting', '广播电视台', 3],
];
/** Each city has some of these. */
const CITY_SOME: readonly Template[] = [
  ['health', '妇幼保健院', 5],
  ['health', '疾病预防控制中心', 4],
  ['education', '职业技术学院', 6],
  ['education', '教育科学研究院', 2],
  ['transport', '公路建设养护中心', 4],
  ['water', '水利水电勘测设计院有限公司', 5],
  ['agriculture', '农业科学院', 4],
  ['natural-resources', '测绘地理信息中心', 3],
  ['economy', '精工机械制造股份有限公司', 5, true],
  ['economy', '光电材料有限公司', 4, true],
  ['science', '科技信息研究院', 2],
  ['culture-tourism', '博物馆', 2],
  ['culture-tourism', '图书馆', 2],
  ['justice', '公证处', 2],
  ['finance', '正信会计师事务所有限公司', 3, true],
  ['market-regulation', '公共检验检测中心', 3],
  ['ecology', '生态环境监测站', 3],
  ['emergency', '安全生产技术服务中心', 2],
  ['forestry', '林业科学研究所', 2],
  ['statistics', '统计数据中心', 2],
  ['sports', '体育运动学校', 2],
  ['archives', '档案馆', 2],
];
/** Each county has one or two of these. */
const COUNTY_SOME: readonly Template[] = [
  ['health', '人民医院', 6],
  ['health', '中医医院', 4],
  ['education', '实验小学', 4],
  ['education', '第一中学', 5],
  ['water', '水利工程建设管理站', 3],
  ['agriculture', '农业技术推广中心', 3],
  ['agriculture', '畜牧兽医服务中心', 2],
  ['transport', '公路管理养护站', 3],
  ['housing', '建筑勘察设计院', 3],
  ['natural-resources', '国土测绘队', 2],
  ['culture-tourism', '文化馆', 2],
  ['forestry', '林业工作站', 2],
  ['ecology', '生态环境监测站', 2],
  ['economy', '精密制造有限公司', 3, true],
  ['new-media', '云图数字文化工作室', 2, true],
];

function employer(region: Region, number: number, template: Template, random: Random): Organisation {
  const [industryCode, suffix, weight, firm] = template;
  const cityCode = region.level === 'city' ? region.code : (region.parentCode ?? region.code);
  return body({
    id: `emp-${region.code}-${String(number).padStart(4, '0')}`,
    name: region.shortName + suffix,
    kind: 'employer',
    level: region.level,
    regionCode: region.code,
    industryCode,
    unitKind: 'ordinary',
    studyArchive: random.chance(firm === true ? 0.6 : 0.92),
    weight,
    archiveAgencyId: firm === true ? `agency-${cityCode}` : null,
  });
}

function cityEmployers(city: Region): Organisation[] {
  const random = randomOf(`employers/${city.code}`);
  const some = random.shuffled(CITY_SOME).slice(0, city.code < '429000' ? 7 : 4);
  return [...CITY_ALWAYS, ...some].map((template, index) => employer(city, index + 1, template, random));
}

function countyEmployers(county: Region): Organisation[] {
  const random = randomOf(`employers/${county.code}`);
  const some = random.shuffled(COUNTY_SOME).slice(0, isDistrict(county) ? 1 : random.int(1, 2));
  // The deliberately unstaffed water authority needs an employer whose claims reach it.
  const chosen =
    EMPTY_POOL_ID === `ind-${county.code}-water` ? COUNTY_SOME.filter(([industry]) => industry === 'water') : some;
  return chosen.map((template, index) => employer(county, index + 1, template, random));
}

/** 省直单位: [industry, supervising department, name, weight]. Under an industry authority, the filing body is the re-review body (D-18). */
const PROVINCIAL_DIRECT: readonly (readonly [string, string, string, number])[] = [
  ['health', 'ind-420000-health', '湖北省疾病预防控制中心', 7],
  ['health', 'ind-420000-health', '湖北省妇幼保健院', 8],
  ['education', 'ind-420000-education', '湖北省教育科学研究院', 3],
  ['education', 'ind-420000-education', '湖北省教育考试院', 2],
  ['water', 'ind-420000-water', '湖北省水利水电规划勘测设计院', 6],
  ['water', 'ind-420000-water', '湖北省水利水电科学研究院', 3],
  ['agriculture', 'ind-420000-agriculture', '湖北省农业技术推广总站', 3],
  ['transport', 'ind-420000-transport', '湖北省交通规划设计院股份有限公司', 5],
  ['natural-resources', 'ind-420000-natural-resources', '湖北省测绘工程院', 4],
  ['forestry', 'ind-420000-forestry', '湖北省林业科学研究院', 3],
  ['culture-tourism', 'ind-420000-culture-tourism', '湖北省博物馆', 3],
  ['culture-tourism', 'ind-420000-culture-tourism', '湖北省图书馆', 3],
  ['market-regulation', 'ind-420000-market-regulation', '湖北省计量测试技术研究院', 3],
  ['broadcasting', 'ind-420000-broadcasting', '湖北广播电视台', 5],
  ['sports', 'ind-420000-sports', '湖北省体育科学研究所', 2],
  ['transport', 'dept-sasac', '湖北交通投资集团有限公司', 5],
  ['housing', 'dept-sasac', '湖北省工业建筑集团有限公司', 5],
  ['economy', 'dept-sasac', '湖北长江产业装备有限公司', 3],
  ['natural-resources', 'dept-geology', '湖北省地质局第七地质大队', 4],
  ['natural-resources', 'dept-geology', '湖北省地质局水文地质工程地质大队', 3],
  ['health', 'dept-office-affairs', '湖北省直机关医院', 3],
  ['health', 'dept-prisons', '湖北省监狱管理局中心医院', 3],
  ['health', 'dept-disabled', '湖北省残疾人康复中心', 3],
  ['new-media', 'dept-supply', '湖北供销数字传媒有限公司', 2],
];

/** 中央在鄂单位: [industry, name, weight]. Their hours count on the unit's own approval (Art. 14). */
const CENTRAL: readonly (readonly [string, string, number])[] = [
  ['water', '长江勘测规划设计研究有限责任公司', 8],
  ['water', '长江水利委员会水文局', 5],
  ['health', '华中科技大学同济医学院附属同济医院', 9],
  ['health', '武汉大学人民医院', 8],
  ['education', '中国地质大学（武汉）', 5],
  ['education', '华中师范大学', 5],
  ['transport', '中铁第四勘察设计院集团有限公司', 6],
  ['transport', '长江武汉航道局', 3],
  ['housing', '中国一冶集团有限公司', 4],
  ['economy', '东风汽车集团有限公司', 6],
  ['economy', '国网湖北省电力有限公司', 6],
  ['economy', '三峡水力发电厂', 4],
  ['science', '中国科学院水生生物研究所', 3],
  ['meteorology', '武汉中心气象台', 2],
  ['finance', '财政部湖北监管局信息中心', 2],
  ['statistics', '国家统计局湖北调查总队', 2],
];

/** Firms with a provincial registration; their staff's files lie with the province's agency. */
const PROVINCIAL_FIRMS: readonly Template[] = [
  ['economy', '湖北楚云信息技术有限公司', 3, true],
  ['new-media', '湖北荆楚数字创意集团有限公司', 3, true],
];

function provincialEmployers(): Organisation[] {
  const id = (number: number): string => `emp-${PROVINCE_CODE}-${String(number).padStart(4, '0')}`;
  const direct = PROVINCIAL_DIRECT.map(([industryCode, supervisingDepartmentId, name, weight], index) =>
    body({
      ...PROVINCE,
      id: id(index + 1),
      name,
      kind: 'employer',
      industryCode,
      unitKind: 'provincial-direct',
      supervisingDepartmentId,
      studyArchive: index !== 4,
      weight,
    }),
  );
  const central = CENTRAL.map(([industryCode, name, weight], index) =>
    body({
      ...PROVINCE,
      id: id(100 + index + 1),
      name,
      kind: 'employer',
      industryCode,
      unitKind: 'central',
      studyArchive: index !== 8,
      weight,
    }),
  );
  const firms = PROVINCIAL_FIRMS.map(([industryCode, name, weight], index) =>
    body({
      ...PROVINCE,
      id: id(200 + index + 1),
      name,
      kind: 'employer',
      industryCode,
      unitKind: 'ordinary',
      studyArchive: index === 0,
      weight,
      archiveAgencyId: 'agency-420000',
    }),
  );
  return [...direct, ...central, ...firms];
}

function withStoryHospital(all: Organisation[]): Organisation[] {
  return all.map((each) => (each.id === STORY_HOSPITAL_ID ? { ...each, studyArchive: true, weight: 24 } : each));
}

/** Where the people work. */
export const EMPLOYERS: readonly Organisation[] = withStoryHospital([
  ...provincialEmployers(),
  ...CITIES.flatMap(cityEmployers),
  ...COUNTIES.flatMap(countyEmployers),
]);

/** Every organisation; whoever another refers to comes first. */
export const ORGANISATIONS: readonly Organisation[] = [
  ...AUTHORITIES,
  ...DEPARTMENTS,
  ...AGENCIES,
  ...BASES,
  ...ORGANISATION_DEPARTMENTS,
  ...EMPLOYERS,
];

const BY_ID: ReadonlyMap<string, Organisation> = new Map(ORGANISATIONS.map((each) => [each.id, each]));

/** The organisation of an id, or undefined: not every industry has an authority everywhere. */
export function findOrganisation(id: string): Organisation | undefined {
  return BY_ID.get(id);
}

/** The organisation of an id that must exist. */
export function organisationOf(id: string): Organisation {
  const found = BY_ID.get(id);
  if (found === undefined) throw new Error(`no such organisation: ${id}`);
  return found;
}

/** The id of the industry's authority for a place, or null where it has none. */
export function industryAuthorityId(regionCode: string, industryCode: string): string | null {
  const id = `ind-${regionCode}-${industryCode}`;
  return BY_ID.has(id) ? id : null;
}
