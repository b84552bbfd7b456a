import type { Level } from '../../rules/vocabulary.ts';

/** An administrative division of the province with its GB/T 2260 code. */
export interface Region {
  code: string;
  name: string;
  /** The name as it is used inside an organisation's name: 宜昌市, 恩施州, 夷陵区. */
  shortName: string;
  level: Level;
  parentCode: string | null;
}

export const PROVINCE_CODE = '420000';

/**
 * The four units that the province administers directly (直管市、林区) have county-level codes but stand
 * at city level in the review: nothing lies between them and the province.
 */
const DIRECT: readonly (readonly [string, string])[] = [
  ['429004', '仙桃市'],
  ['429005', '潜江市'],
  ['429006', '天门市'],
  ['429021', '神农架林区'],
];

/** Prefectures and their counties, districts and county-level cities: [code, name, children]. */
const PREFECTURES: readonly (readonly [string, string, string])[] = [
  [
    '420100',
    '武汉市',
    '420102江岸区 420103江汉区 420104硚口区 420105汉阳区 420106武昌区 420107青山区 420111洪山区 420112东西湖区 420113汉南区 420114蔡甸区 420115江夏区 420116黄陂区 420117新洲区',
  ],
  ['420200', '黄石市', '420202黄石港区 420203西塞山区 420204下陆区 420205铁山区 420222阳新县 420281大冶市'],
  [
    '420300',
    '十堰市',
    '420302茅箭区 420303张湾区 420304郧阳区 420322郧西县 420323竹山县 420324竹溪县 420325房县 420381丹江口市',
  ],
  [
    '420500',
    '宜昌市',
    '420502西陵区 420503伍家岗区 420504点军区 420505猇亭区 420506夷陵区 420525远安县 420526兴山县 420527秭归县 420528长阳土家族自治县 420529五峰土家族自治县 420581宜都市 420582当阳市 420583枝江市',
  ],
  [
    '420600',
    '襄阳市',
    '420602襄城区 420606樊城区 420607襄州区 420624南漳县 420625谷城县 420626保康县 420682老河口市 420683枣阳市 420684宜城市',
  ],
  ['420700', '鄂州市', '420702梁子湖区 420703华容区 420704鄂城区'],
  ['420800', '荆门市', '420802东宝区 420804掇刀区 420822沙洋县 420881钟祥市 420882京山市'],
  ['420900', '孝感市', '420902孝南区 420921孝昌县 420922大悟县 420923云梦县 420981应城市 420982安陆市 420984汉川市'],
  [
    '421000',
    '荆州市',
    '421002沙市区 421003荆州区 421022公安县 421024江陵县 421081石首市 421083洪湖市 421087松滋市 421088监利市',
  ],
  [
    '421100',
    '黄冈市',
    '421102黄州区 421121团风县 421122红安县 421123罗田县 421124英山县 421125浠水县 421126蕲春县 421127黄梅县 421181麻城市 421182武穴市',
  ],
  ['421200', '咸宁市', '421202咸安区 421221嘉鱼县 421222通城县 421223崇阳县 421224通山县 421281赤壁市'],
  ['421300', '随州市', '421303曾都区 421321随县 421381广水市'],
  [
    '422800',
    '恩施土家族苗族自治州',
    '422801恩施市 422802利川市 422822建始县 422823巴东县 422825宣恩县 422826咸丰县 422827来凤县 422828鹤峰县',
  ],
];

function shortNameOf(name: string): string {
  if (name === '恩施土家族苗族自治州') return '恩施州';
  if (name === '神农架林区') return '神农架林区';
  return name.replace('土家族自治县', '县');
}

function region(code: string, name: string, level: Level, parentCode: string | null): Region {
  return { code, name, shortName: shortNameOf(name), level, parentCode };
}

/** Every division, the province first, each parent before its children. */
export const REGIONS: readonly Region[] = [
  region(PROVINCE_CODE, '湖北省', 'province', null),
  ...PREFECTURES.map(([code, name]) => region(code, name, 'city', PROVINCE_CODE)),
  ...DIRECT.map(([code, name]) => region(code, name, 'city', PROVINCE_CODE)),
  ...PREFECTURES.flatMap(([parentCode, , children]) =>
    children.split(' ').map((child) => region(child.slice(0, 6), child.slice(6), 'county', parentCode)),
  ),
];

export const CITIES: readonly Region[] = REGIONS.filter((each) => each.level === 'city');
export const COUNTIES: readonly Region[] = REGIONS.filter((each) => each.level === 'county');

const BY_CODE: ReadonlyMap<string, Region> = new Map(REGIONS.map((each) => [each.code, each]));

/** The region of a code; an unknown code is a fault of the demo data. */
export function regionOf(code: string): Region {
  const found = BY_CODE.get(code);
  if (found === undefined) throw new Error(`no such region: ${code}`);
  return found;
}

/** A municipal district (市辖区), where several bureaus are branches of the city's and not bodies of their own. */
export function isDistrict(of: Region): boolean {
  return of.level === 'county' && of.name.endsWith('区') && of.code.slice(4) < '20';
}
