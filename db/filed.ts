import type { ItemResult } from '../rules/annual.ts';
import { formatHours } from '../rules/hours.ts';
import { refusal } from '../rules/refusals.ts';
import { CAPS, type Cap, type RefusalCode } from '../rules/vocabulary.ts';

/** What a filed claim counted in a year, as the ledger had it then: kept on the timeline, codes and figures only. */
export type FiledYear = {
  year: number;
  hundredths: number;
  deemedComplete: boolean;
  refusal: RefusalCode | null;
  cuts: { cap: Cap; hundredths: number }[];
};

export const filedYear = (year: number, item: ItemResult): FiledYear => ({
  year,
  hundredths: item.countedHundredths,
  deemedComplete: item.deemedComplete,
  refusal: item.refusal?.code ?? null,
  // The days of another year are that year's to count.
  cuts: item.notCounted.filter((cut) => cut.cap !== 'other-year').map(({ cap, hundredths }) => ({ cap, hundredths })),
});

/** “计入 2026 年 12 学时”, or that nothing counts and why. */
export function filedYearWords({ year, hundredths, deemedComplete, refusal: code, cuts }: FiledYear): string {
  if (code !== null) return `${year}年不计学时：${refusal(code).message.replace(/。$/, '')}`;
  if (deemedComplete) return `${year}年视为完成学时`;
  const cut = cuts.map((each) => `${formatHours(each.hundredths)}超出${CAPS[each.cap]}`).join('，');
  if (hundredths === 0) return `${year}年计入 0 学时：${cut === '' ? '核定为 0 学时' : cut}`;
  return `计入${year}年 ${formatHours(hundredths)}${cut === '' ? '' : `（${cut}，不计入）`}`;
}
