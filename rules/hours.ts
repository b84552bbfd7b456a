/**
 * Hours are exact decimals with two places, kept as integer hundredths: 450 is 4.5 学时. No float ever holds an
 * hour, so nothing is lost between the declaration, the caps and the certificate.
 */

const DECIMAL = /^(\d{1,7})(?:\.(\d{1,2}))?$/;

/** `'4.5'` → 450. Undefined for what is no non-negative decimal of at most two places. */
export function parseHundredths(text: string): number | undefined {
  const match = DECIMAL.exec(text);
  return match === null ? undefined : Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
}

/** 450 → `'4.5'`. */
export function formatHundredths(hundredths: number): string {
  const whole = Math.floor(hundredths / 100);
  const rest = hundredths % 100;
  return rest === 0 ? `${whole}` : `${whole}.${String(rest).padStart(2, '0').replace(/0$/, '')}`;
}

/** 450 → `'4.5 学时'`. */
export const formatHours = (hundredths: number): string => `${formatHundredths(hundredths)} 学时`;

/** 233 → `'2.33 学分'`: credits (学分) of an authority that counts by them, before its ratio makes hours of them. */
export const formatCredits = (hundredths: number): string => `${formatHundredths(hundredths)} 学分`;

/**
 * Minutes as whole hours of `minutesPerHour`, in hundredths; the rest of an hour is not counted.
 * @article 4 1学时时长不少于45分钟
 * @interpretation D-1
 */
export const hoursOfMinutes = (minutes: number, minutesPerHour: number): number =>
  Math.floor(minutes / minutesPerHour) * 100;

/**
 * Hundredths times a ratio in hundredths, rounded down to hundredths.
 * @article 11(8) 由行业主管部门将专业技术人员年度继续教育学分情况换算成学时
 * @interpretation D-2
 */
export const multiplyDown = (hundredths: number, ratioHundredths: number): number =>
  Math.floor((hundredths * ratioHundredths) / 100);
