import type { WaitingItem } from '../../contract/overview.ts';
import type { Bounded } from '../../contract/tasks.ts';
import { formatDay } from '../lib/format.ts';
import { PLACES } from './places.ts';

/** How pressing what waits is, the most pressing first. */
export const URGENCIES = { late: '已逾期', today: '今天到期', waiting: '等待办理' } as const;
export type Urgency = keyof typeof URGENCIES;

/** Null for a kind of which nothing waits. */
export function urgencyOf({ count, late, dueToday }: WaitingItem): Urgency | null {
  if (count.value === 0) return null;
  if (late > 0) return 'late';
  return dueToday > 0 ? 'today' : 'waiting';
}

export const unitOf = ({ kind }: WaitingItem): string => PLACES[kind].unit ?? '项';

/** `1000+` where there are more than are counted. */
export const formatBounded = ({ value, more }: Bounded): string => `${value}${more ? '+' : ''}`;

/** The days of what waits, in a sentence; empty where there is none to keep. */
export function daysOf(item: WaitingItem): string {
  const { count, late, dueToday, firstOn } = item;
  const unit = unitOf(item);
  const parts = [
    late > 0 ? (late === count.value ? '均已逾期' : `${late} ${unit}已逾期`) : null,
    dueToday > 0 ? `${dueToday} ${unit}今天到期` : null,
    firstOn === null ? null : `${late > 0 ? '最早的期限是' : '最近的期限是'}${formatDay(firstOn)}`,
  ];
  return parts.filter((part) => part !== null).join('，');
}
