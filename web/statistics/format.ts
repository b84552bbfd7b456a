import { formatHundredths } from '../../rules/hours.ts';

/** `12345` → `12,345`. */
export const formatCount = (n: number): string => n.toLocaleString('zh-CN');

/** Hundredths of an hour as hours with separators: `123450` → `1,234.5`. */
export const formatSum = (hundredths: number): string =>
  (hundredths / 100).toLocaleString('zh-CN', { maximumFractionDigits: 2 });

/** `6543` → `65.43%`; nothing to divide is a dash. */
export const formatShare = (per10000: number | null): string =>
  per10000 === null ? '—' : `${formatHundredths(per10000)}%`;
