import type { Activity } from '../../rules/activity.ts';
import { annualYear } from '../../rules/annual.ts';
import { rounded } from '../lib/measure.ts';

const ROUNDS = 2_000;

/** The rules alone: processor milliseconds for a year of forty activities, every second a three-day training. The aim is under 1 ms. */
export function measureRules(): { activities: number; msPerYear: number } {
  const activities = Array.from({ length: 40 }, (_, at) => ({
    id: `id-${String((at * 7) % 40)}`,
    activity: anActivity(at),
  }));
  const judge = () => annualYear({ year: 2026, asOf: '2026-12-31', unit: { studyArchive: true }, activities });
  for (let warm = 0; warm < ROUNDS / 4; warm += 1) judge();
  const started = process.cpuUsage();
  for (let round = 0; round < ROUNDS; round += 1) judge();
  return { activities: activities.length, msPerYear: rounded(process.cpuUsage(started).user / 1000 / ROUNDS, 3) };
}

function anActivity(at: number): Activity {
  const month = `2026-0${String((at % 9) + 1)}`;
  if (at % 2 === 1)
    return { form: 'platform-course', on: `${month}-01`, course: `C${String(at)}`, hundredths: 100, subject: 'public' };
  const days = ['01', '02', '03'].map((day) => ({
    on: `${month}-${day}`,
    subject: 'professional' as const,
    hundredths: 800,
  }));
  return { form: 'authority-training', organiser: 'hrss', proof: true, mode: 'offline', days };
}
