import { describe, expect, test } from 'vitest';
import { endOfDayInstant } from '../../rules/calendar.ts';
import {
  complaintBody,
  complaintDates,
  complaintDuty,
  complaintStep,
  isComplaintDueSoon,
} from '../../rules/complaint.ts';

/** What a complaint is owed, by when, and by whom (Arts. 20, 23; readings D-47, D-48). */

describe('a complaint’s days', () => {
  test('20: ten working days for the transfer and forty for the answer, over the National Day holidays', () => {
    // 2026-09-21 is a Monday; October's holidays and exchanged days lie between.
    expect(complaintDates('2026-09-21')).toMatchObject({
      transferDueOn: '2026-10-12',
      transferEscalateOn: '2026-10-19',
    });
    expect(complaintDates('2026-03-02')).toEqual({
      transferDueOn: '2026-03-16',
      transferEscalateOn: '2026-03-23',
      answerDueOn: '2026-04-28',
      answerEscalateOn: '2026-05-08',
      calendar: complaintDates('2026-03-02').calendar,
    });
  });

  test('20: one received at the year’s end says that the next year’s holidays were not known', () => {
    expect(complaintDates('2026-03-02').calendar).not.toContain('weekends-only');
    expect(complaintDates('2029-12-20').calendar).toContain('weekends-only');
  });

  test('20: until the transfer it owes that, then the answer, whose day stays; answered it owes nothing', () => {
    const dates = complaintDates('2026-03-02');
    expect(complaintDuty('received', dates)).toMatchObject({ duty: 'transfer', dueOn: '2026-03-16' });
    for (const state of ['assigned', 'investigated'] as const)
      expect(complaintDuty(state, dates)).toEqual({ duty: 'answer', dueOn: '2026-04-28', escalateOn: '2026-05-08' });
    expect(complaintDuty('answered', dates)).toBeNull();
  });

  test('20: is reminded of at 24:00 of its last day, not a second earlier, and escalated five working days later', () => {
    const days = { dueOn: '2026-03-16', escalateOn: '2026-03-23' };
    const at = (day: string, seconds: number) => Date.parse(endOfDayInstant(day)) + seconds * 1000;
    const fresh = { ...days, reminded: false, escalated: false };
    expect(complaintStep(fresh, at('2026-03-16', -1))).toEqual({ do: 'wait', until: endOfDayInstant('2026-03-16') });
    expect(complaintStep(fresh, at('2026-03-16', 0))).toEqual({ do: 'remind' });
    const reminded = { ...fresh, reminded: true };
    expect(complaintStep(reminded, at('2026-03-23', -1))).toEqual({ do: 'wait', until: endOfDayInstant('2026-03-23') });
    expect(complaintStep(reminded, at('2026-03-23', 0))).toEqual({ do: 'escalate' });
    expect(complaintStep({ ...reminded, escalated: true }, at('2026-06-01', 0))).toEqual({ do: 'rest' });
  });

  test('20: is due soon from two working days before its last day to that day', () => {
    const on = (today: string) => isComplaintDueSoon('2026-03-16', today);
    expect(['2026-03-11', '2026-03-12', '2026-03-13', '2026-03-16', '2026-03-17'].map(on)).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  });
});

describe('the body that deals with a complaint', () => {
  const body = (id: string, there: number, over: { named?: number; free?: number } = {}) => {
    const named = over.named ?? 0;
    return { id, there, named, free: over.free ?? there - named };
  };

  test('20, 23: is that of the place, unless it names one of its supervisors or accuses all of them', () => {
    const above = body('city', 2);
    expect(complaintBody([body('county', 2), above])).toBe('county');
    expect(complaintBody([body('county', 2, { named: 1 }), above])).toBe('city');
    expect(complaintBody([body('county', 2, { free: 0 }), above])).toBe('city');
    expect(complaintBody([body('county', 2, { free: 1 }), above])).toBe('county');
  });

  test('23: with nobody above, is the highest with somebody it does not accuse; and nobody where all are accused', () => {
    expect(complaintBody([body('county', 2, { named: 1 }), body('province', 2, { named: 1 })])).toBe('province');
    expect(complaintBody([body('county', 2, { named: 1 }), body('province', 1, { named: 1 })])).toBe('county');
    expect(complaintBody([body('province', 1, { named: 1 })])).toBeNull();
    expect(complaintBody([])).toBeNull();
  });

  test('20: one without supervisors is passed over for one above with some, and takes it in when there are none anywhere', () => {
    expect(complaintBody([body('county', 0), body('city', 1)])).toBe('city');
    expect(complaintBody([body('county', 0), body('city', 0)])).toBe('county');
  });
});
