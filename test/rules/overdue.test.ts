import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Declaration } from '../../rules/activity.ts';
import { addDays, isWorkingDay, workingDaysAfter } from '../../rules/calendar.ts';
import { coAuthorship } from '../../rules/co-authors.ts';
import { stageDueOn } from '../../rules/deadlines.ts';
import { CHINA } from '../../rules/holidays.ts';
import { whyNotLeave } from '../../rules/leave.ts';
import { escalatesOn, nudgeFrom, superiorOf, warningLimits, warningOf } from '../../rules/overdue.ts';

const said = (dueOn: string, today: string) => warningOf(dueOn, warningLimits(today));
/** Within three weeks, where the bounds lie. */
const near = (day: string) => fc.integer({ min: -21, max: 21 }).map((days) => addDays(day, days));
const someDay = fc.integer({ min: 0, max: 500 }).map((days) => addDays('2026-02-01', days));

const nearDays = someDay.chain((today) => near(today).map((dueOn) => [dueOn, today] as const));

describe('a late review (D-21)', () => {
  test('14: a first review has ten working days from the day after it opened, a re-review and a filing fifteen', () => {
    // The National Day holiday lies between, and 10 October is a Saturday worked in exchange.
    expect(stageDueOn('first-review', '2026-09-23').dueOn).toBe('2026-10-14');
    expect(stageDueOn('re-review', '2026-11-02').dueOn).toBe('2026-11-23');
    expect(stageDueOn('filing', '2026-11-02').dueOn).toBe('2026-11-23');
  });

  test('14: it is due soon two working days before, and not a day earlier', () => {
    expect(said('2026-10-09', '2026-09-29')).toBeNull();
    expect(said('2026-10-09', '2026-09-30')).toBe('due-soon');
    expect(said('2026-11-25', '2026-11-20')).toBeNull();
    expect(said('2026-11-25', '2026-11-23')).toBe('due-soon');
  });

  test('14: on its last day it is due soon, on the next overdue', () => {
    expect(said('2026-11-20', '2026-11-20')).toBe('due-soon');
    expect(said('2026-11-20', '2026-11-21')).toBe('overdue');
  });

  test('14: the superior is told after five whole working days, holidays and exchanged Saturdays considered', () => {
    expect(said('2026-11-13', '2026-11-20')).toBe('overdue');
    expect(said('2026-11-13', '2026-11-21')).toBe('escalated');
    expect(said('2026-09-28', '2026-10-10')).toBe('overdue');
    expect(said('2026-09-28', '2026-10-11')).toBe('escalated');
    expect(escalatesOn('2026-09-28')).toBe('2026-10-11');
  });

  test('14: the bounds of a day say the same as counting forward from each due date', () => {
    fc.assert(
      fc.property(nearDays, ([dueOn, today]) => {
        const warning = said(dueOn, today);
        const isSoon = dueOn >= today && dueOn <= workingDaysAfter(today, 2, CHINA);
        const expected =
          today >= escalatesOn(dueOn) ? 'escalated' : dueOn < today ? 'overdue' : isSoon ? 'due-soon' : null;
        expect(warning).toBe(expected);
      }),
    );
  });

  test('14: warnings only advance as days pass', () => {
    const order = [null, 'due-soon', 'overdue', 'escalated'];
    fc.assert(
      fc.property(nearDays, ([dueOn, today]) => {
        const next = said(dueOn, addDays(today, 1));
        expect(order.indexOf(next)).toBeGreaterThanOrEqual(order.indexOf(said(dueOn, today)));
      }),
    );
  });
});

describe('a nudge (催办, D-41)', () => {
  test('14: is possible from the third working day of a stage', () => {
    expect(nudgeFrom('2026-11-16', null)).toBe('2026-11-19');
    // 1 to 7 October are free.
    expect(nudgeFrom('2026-09-29', null)).toBe('2026-10-09');
  });

  test('14: and again from the third working day after the last', () => {
    expect(nudgeFrom('2026-09-29', '2026-10-09')).toBe('2026-10-13');
    expect(nudgeFrom('2026-11-16', '2026-11-20')).toBe('2026-11-25');
  });

  test('14: falls on a working day after the stage opened and the last nudge', () => {
    fc.assert(
      fc.property(someDay, fc.option(someDay, { nil: null }), (openedOn, lastOn) => {
        const from = nudgeFrom(openedOn, lastOn);
        expect(isWorkingDay(from, CHINA)).toBe(true);
        expect(from > openedOn && (lastOn === null || from > lastOn)).toBe(true);
      }),
    );
  });
});

describe('the superior body', () => {
  test('8, 9: of an authority is the one above it, of the province’s HRSS department its own supervisors, of a unit its re-review bodies', () => {
    expect(superiorOf('hrss', 'county')).toBe('next-level');
    expect(superiorOf('hrss', 'city')).toBe('next-level');
    expect(superiorOf('hrss', 'province')).toBe('own');
    expect(superiorOf('industry-authority', 'county')).toBe('next-level');
    expect(superiorOf('industry-authority', 'province')).toBe('next-level');
    expect(superiorOf('provincial-supervising-department', 'province')).toBe('next-level');
    expect(superiorOf('employer', 'city')).toBe('re-review-bodies');
    expect(superiorOf('personnel-archive-agency', 'city')).toBe('re-review-bodies');
  });
});

describe('leave with a stand-in (D-42)', () => {
  test('14: begins today at the earliest and ends on its first day at the earliest', () => {
    expect(whyNotLeave({ fromOn: '2026-11-23', untilOn: '2026-11-23' }, '2026-11-23')).toBeUndefined();
    expect(whyNotLeave({ fromOn: '2026-11-22', untilOn: '2026-11-23' }, '2026-11-23')).toBe('leave-past');
    expect(whyNotLeave({ fromOn: '2026-11-24', untilOn: '2026-11-23' }, '2026-11-23')).toBe('leave-backwards');
  });

  test('14: lasts 183 days at most', () => {
    expect(whyNotLeave({ fromOn: '2026-12-01', untilOn: '2027-06-01' }, '2026-11-23')).toBeUndefined();
    expect(whyNotLeave({ fromOn: '2026-12-01', untilOn: '2027-06-02' }, '2026-11-23')).toBe('leave-too-long');
  });
});

describe('the authors of a paper do not review it (D-43)', () => {
  const paper = (rest: Partial<Extract<Declaration, { form: 'academic-conference' }>> & { paperTitle?: string } = {}) =>
    ({
      form: 'academic-conference',
      on: '2026-09-12',
      level: 'national',
      ownField: true,
      presentedPaper: true,
      ...rest,
    }) as Declaration;
  const reviewer = (declared: Declaration[] = [], name = '王芳') => ({ name, declared });

  test('23: somebody named among the authors', () => {
    expect(coAuthorship(paper({ coAuthors: ['李强', '王 芳'] }), reviewer())).toBe('named-author');
    expect(coAuthorship(paper({ coAuthors: ['李强'] }), reviewer())).toBeNull();
  });

  test('23: somebody who declared the same title or DOI, however it is typed', () => {
    const title = paper({ paperTitle: '高血压管理（十年随访）' });
    expect(coAuthorship(title, reviewer([paper({ paperTitle: '高血压管理 (十年随访)' })]))).toBe('same-paper');
    expect(coAuthorship(title, reviewer([paper({ paperTitle: '高血压管理（五年随访）' })]))).toBeNull();
    const doi = paper({ paperDoi: '10.1000/ABC.1' });
    expect(coAuthorship(doi, reviewer([paper({ paperDoi: 'https://doi.org/10.1000/abc.1' })]))).toBe('same-paper');
    expect(coAuthorship(doi, reviewer([paper({ paperDoi: 'doi:10.1000/abc.2' })]))).toBeNull();
  });

  test('23: two papers of which nothing is said are not the same, and what was not presented is no paper', () => {
    expect(coAuthorship(paper(), reviewer([paper()]))).toBeNull();
    const heard = { ...paper({ coAuthors: ['王芳'] }), presentedPaper: false } as Declaration;
    expect(coAuthorship(heard, reviewer())).toBeNull();
  });
});
