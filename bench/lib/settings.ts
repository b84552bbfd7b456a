/** The sizes of a run, each from the environment or its default. */

const list = (name: string, otherwise: string): number[] =>
  (process.env[name] ?? otherwise).split(',').filter(Boolean).map(Number);
const number = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);

export const settings = {
  callers: number('CALLERS', 16),
  repeats: number('REPEATS', 3),
  /** Claims before anything is measured, and claims of a measurement. */
  warm: number('WARM', 300),
  claims: number('CLAIMS', 600),
  /** Open tasks of the inbox phase; looks of one kind, or so many seconds of them. */
  sizes: list('SIZES', '100000,1000000'),
  looks: number('LOOKS', 800),
  lookSeconds: number('LOOK_SECONDS', 10),
  idleClaims: number('IDLE', 2_000),
  idleSeconds: number('IDLE_SECONDS', 20),
  /** Open deferrals and sanctions of the cases phase, and how long they are watched. */
  cases: number('CASES', 10_000),
  caseSeconds: number('CASE_SECONDS', 60),
  /** People of the year-close phase. */
  closePeople: number('CLOSE_PEOPLE', 1_000_000),
  /** Rows the platform reports, and rows of the lists that are imported. */
  completions: number('COMPLETIONS', 100_000),
  importRows: list('IMPORT_ROWS', '100000,1000000'),
};
export type Settings = typeof settings;

export const say = (...words: unknown[]): void => {
  console.error(new Date().toISOString().slice(11, 19), ...words);
};
