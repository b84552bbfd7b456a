import type { SearchSchemaInput } from '@tanstack/react-router';
import { SIGN_IN_FAULTS } from '../contract/sign-in-faults.ts';
import type { Grouping, YearStanding } from '../contract/statistics.ts';
import { isDay } from '../rules/calendar.ts';
import { CLAIM_STATES, codes, FORMS, LEVELS, STAGE_KINDS, VERDICTS } from '../rules/vocabulary.ts';

/**
 * What each page keeps in its address. A value nobody knows is dropped, never an error page. Read without zod: this is the one list of
 * values that every first screen loads.
 */
type Reader<T> = (value: unknown) => T | undefined;

const oneOf =
  <T extends string>(list: readonly T[]): Reader<T> =>
  (value) =>
    list.find((known) => known === value);
const whole =
  (min: number, max: number): Reader<number> =>
  (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max ? value : undefined;
/** Text; what looks like a number in the address arrives as one. */
const text =
  (max: number, form = /^/): Reader<string> =>
  (value) => {
    const said = typeof value === 'number' ? String(value) : value;
    return typeof said === 'string' && said.length <= max && form.test(said) ? said : undefined;
  };
const flag: Reader<boolean> = (value) => (typeof value === 'boolean' ? value : undefined);
const day: Reader<string> = (value) => (typeof value === 'string' && isDay(value) ? value : undefined);
const uuid = text(36, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i);

type Read<S> = { [K in keyof S]?: S[K] extends Reader<infer T> ? T | undefined : never };

/** Reads an address by the readers of its page; what none of them knows is dropped. */
const read =
  <S extends Record<string, Reader<unknown>>>(readers: S) =>
  (search: Record<string, unknown>): Read<S> => {
    const values = Object.entries(readers).map(([name, reader]) => [name, reader(search[name])] as const);
    return Object.fromEntries(values.filter(([, value]) => value !== undefined)) as Read<S>;
  };

const governedYear = whole(2026, 2200);

export const loginSearch = read({
  next: text(2000, /^\//),
  /** What became of a sign-in at the identity provider. */
  fault: oneOf(codes(SIGN_IN_FAULTS)),
});
/** What became of linking one's account there. */
export const careerSearch = read({ fault: oneOf(codes(SIGN_IN_FAULTS)), linked: flag });
export const yearSearch = read({ year: governedYear });
export const declareSearch = read({ form: oneOf(codes(FORMS)), draft: uuid });
/** Which field to begin with. */
export const editSearch = read({ field: text(60, /^[A-Za-z0-9.]+$/) });
export const claimsSearch = read({ state: oneOf(codes(CLAIM_STATES)), year: governedYear });
/** Which of the units somebody manages, and which year. */
export const unitSearch = read({ unit: text(64), year: governedYear });
export const trainingSearch = read({ unit: text(64) });
/** Which list; without one, that where somebody waits. */
export const deferralsSearch = read({ list: oneOf(['mine', 'deciding', 'overseen'] as const) });
/** What narrows the audit trail; the page judges it as the API does. */
export const auditSearch = read({
  from: day,
  until: day,
  action: text(80),
  subjectKind: text(40),
  subjectId: text(80),
  actorId: uuid,
  organisationId: text(64),
});

const readDesk = read({
  box: oneOf(['todo', 'mine', 'done', 'cc'] as const),
  stage: oneOf(codes(STAGE_KINDS)),
  form: oneOf(codes(FORMS)),
  overdue: flag,
  q: text(60),
  organisation: text(64),
  task: uuid,
});
type DeskAsked = ReturnType<typeof readDesk>;
export type DeskSearch = DeskAsked & { box: NonNullable<DeskAsked['box']> };
export function deskSearch(search: DeskAsked & SearchSchemaInput): DeskSearch {
  const asked = readDesk(search);
  return { ...asked, box: asked.box ?? 'todo' };
}

const place = {
  year: governedYear,
  region: text(6, /^\d{6}$/),
  industry: text(40),
  level: oneOf(codes(LEVELS)),
  employer: text(64),
};
const GROUPS: Record<Grouping, true> = { region: true, industry: true, level: true, employer: true };
export const statisticsSearch = read({ ...place, by: oneOf(codes(GROUPS)), after: text(200) });
export type StatisticsSearch = ReturnType<typeof statisticsSearch>;
const STANDINGS: Record<YearStanding, string> = VERDICTS;
export const statisticsPeopleSearch = read({ ...place, standing: oneOf(codes(STANDINGS)) });
const SUBMITTED = codes(CLAIM_STATES).filter((state) => state !== 'draft');
export const statisticsClaimsSearch = read({ ...place, form: oneOf(codes(FORMS)), state: oneOf(SUBMITTED) });
