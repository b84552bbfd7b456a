import type { Random } from './random.ts';

/** Surnames by roughly how common they are in the province; two-character ones are among them. */
const SURNAMES: readonly (readonly [string, number])[] = [
  ...[...'李王张刘陈杨'].map((name) => [name, 30] as const),
  ...[...'周黄赵吴徐胡朱高林何郭马罗'].map((name) => [name, 14] as const),
  ...[
    ...'梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文',
  ].map((name) => [name, 5] as const),
  ...[...'向覃冉尚甘祝阮柯桂占晏鄢尧'].map((name) => [name, 2] as const),
  ...['欧阳', '上官', '司马', '诸葛', '皇甫', '尉迟', '令狐', '东方'].map((name) => [name, 1] as const),
];

const WOMEN = [...'芳娜敏静丽艳娟霞秀婷雪慧莹玲燕颖洁琳萍红云梅兰月莉欣怡佳瑶璐倩岚蓉薇蕾菲雯婉晴楠悦彤媛', '㛃'];
const MEN = [...'伟强磊军洋勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林峰建国志新文博海东亮成康星光', '䶮', '𬭎'];
const MIDDLE = [...'建志文晓海永春国玉金德家子思天嘉书一雨梓宗立新少世光仁清润景泽承怀启'];

/** A plausible invented name. Rare characters (㛃, 䶮, 𬭎) occur: systems that lose them lose people. */
export function inventName(random: Random, woman: boolean): string {
  const surname = random.weighted(SURNAMES);
  const last = random.pick(woman ? WOMEN : MEN);
  return random.chance(0.22) ? surname + last : surname + random.pick(MIDDLE) + last;
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;

/** The check character of the first 17 digits of an ID number (GB 11643). */
function idCheckCharacter(digits: string): string {
  let sum = 0;
  WEIGHTS.forEach((weight, index) => {
    sum += weight * Number(digits.charAt(index));
  });
  return '10X98765432'.charAt(sum % 11);
}

/** An invented, checksum-valid ID number; the sequence digit's parity says the sex. */
export function inventIdNumber(random: Random, regionCode: string, birth: string, woman: boolean): string {
  const sequence = random.int(0, 499) * 2 + (woman ? 0 : 1);
  const digits = `${regionCode}${birth.replaceAll('-', '')}${String(sequence).padStart(3, '0')}`;
  return digits + idCheckCharacter(digits);
}
