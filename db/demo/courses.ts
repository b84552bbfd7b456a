import type { Subject } from '../../rules/vocabulary.ts';
import { INDUSTRIES } from './industries.ts';
import { flavourOf, PUBLIC_TOPICS } from './topics.ts';

/** A course of the provincial public service platform with its labelled hours (课件标定学时). */
export interface Course {
  code: string;
  title: string;
  subject: Subject;
  hundredths: number;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** What everybody learns. */
export const PUBLIC_COURSES: readonly Course[] = PUBLIC_TOPICS.flatMap((topic, index) =>
  ['（上）', '（下）'].map((part, half) => ({
    code: `PT2026-G${two(index * 2 + half + 1)}`,
    title: `${topic}${part}`,
    subject: 'public' as const,
    hundredths: [300, 400, 500, 600][(index + half) % 4] ?? 300,
  })),
);

/** What the people of each trade learn. */
export const PROFESSIONAL_COURSES: ReadonlyMap<string, readonly Course[]> = new Map(
  INDUSTRIES.map((industry, number) => [
    industry.code,
    flavourOf(industry.code).topics.flatMap((topic, index) =>
      ['基础', '进阶'].map((part, half) => ({
        code: `PT2026-Z${two(number + 1)}${two(index * 2 + half + 1)}`,
        title: `${topic}（${part}）`,
        subject: 'professional' as const,
        hundredths: [600, 800, 1000, 1250][(index + half) % 4] ?? 600,
      })),
    ),
  ]),
);
