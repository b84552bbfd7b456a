import type { AttendanceOutcome, AttendanceRow } from '../../contract/trainings.ts';
import type { Day } from '../columns.ts';

/** Which of the people a row of an attendance list means, and what would become of it. */

/** One of the unit's people, by one of their affiliations with it; of a base's, whoever they are. */
export type Member = {
  personId: string;
  name: string;
  idNumber: string;
  personKey: string | null;
  workNumber: string | null;
  fromOn: Day;
  untilOn: Day | null;
  listed: boolean;
  missed: Day[] | null;
  declared: boolean;
};
export type Facts = { days: Day[]; members: readonly Member[]; atBase: boolean };

export type Judged = {
  row: number;
  outcome: AttendanceOutcome;
  personId: string | null;
  name: string | null;
  missed: readonly Day[];
};

export const GOOD: ReadonlySet<AttendanceOutcome> = new Set(['added', 'changed', 'listed']);

/** Judges each row; the second of two good rows of one person is `repeated`. A row looks at those alone who bear its number. */
export function judgeRows(rows: readonly AttendanceRow[], { members, ...place }: Facts): Judged[] {
  const known = indexOf(members);
  const seen = new Set<string>();
  return rows.map((row) => {
    const judged = judge(row, known, place);
    if (judged.personId === null || !GOOD.has(judged.outcome)) return judged;
    if (seen.has(judged.personId)) return { ...judged, outcome: 'repeated' };
    seen.add(judged.personId);
    return judged;
  });
}

type By = ReadonlyMap<string, readonly Member[]>;
type Known = { byIdNumber: By; byPersonKey: By; byWorkNumber: By; byPerson: By };

const indexOf = (members: readonly Member[]): Known => ({
  byIdNumber: grouped(members, (member) => member.idNumber),
  byPersonKey: grouped(members, (member) => member.personKey),
  byWorkNumber: grouped(members, (member) => member.workNumber),
  byPerson: grouped(members, (member) => member.personId),
});

function grouped(members: readonly Member[], keyOf: (member: Member) => string | null): By {
  const groups = new Map<string, Member[]>();
  for (const member of members) {
    const key = keyOf(member);
    if (key === null) continue;
    const group = groups.get(key);
    if (group) group.push(member);
    else groups.set(key, [member]);
  }
  return groups;
}

type Place = Omit<Facts, 'members'>;

function judge(row: AttendanceRow, known: Known, { days, atBase }: Place): Judged {
  const missed = [...new Set(row.missed ?? [])].sort();
  const refused = (outcome: AttendanceOutcome): Judged => ({
    row: row.row,
    outcome,
    personId: null,
    name: null,
    missed,
  });
  if (!row.workNumber && !row.idNumber && !row.personKey) return refused('no-identifier');
  if (atBase && !row.name) return refused('name-missing');
  const attended = days.filter((on) => !missed.includes(on));
  const named = namedBy(row, known);
  // A work number may have been another person's in other years: who had it on the days is meant.
  const member = named.find((each) => attended.some((on) => isInForce(each, on))) ?? named[0];
  if (!member) return refused('unknown');
  if (row.name && plainName(row.name) !== plainName(member.name)) {
    // To a base somebody else's number is nobody's.
    return refused(atBase ? 'unknown' : 'name-differs');
  }
  const found: Judged = { row: row.row, outcome: 'added', personId: member.personId, name: member.name, missed };
  const own = known.byPerson.get(member.personId) ?? [];
  return { ...found, outcome: whyNot({ days, attended, missed, own }) ?? standing(member, missed) };
}

/** Whoever bears everything the row names; looked up by what is rarest. */
function namedBy(row: AttendanceRow, { byIdNumber, byPersonKey, byWorkNumber }: Known): Member[] {
  const alike = row.idNumber
    ? byIdNumber.get(row.idNumber)
    : row.personKey
      ? byPersonKey.get(row.personKey)
      : byWorkNumber.get(row.workNumber ?? '');
  return (alike ?? []).filter((member) => isNamed(member, row));
}

const isNamed = (member: Member, row: AttendanceRow): boolean =>
  (!row.workNumber || member.workNumber === row.workNumber) &&
  (!row.idNumber || member.idNumber === row.idNumber) &&
  (!row.personKey || member.personKey === row.personKey);

const isInForce = ({ fromOn, untilOn }: Member, on: Day): boolean => fromOn <= on && (untilOn === null || untilOn > on);
const plainName = (name: string): string => name.normalize('NFKC').replace(/[\s·•．]/gu, '');

type Days = { days: readonly Day[]; attended: readonly Day[]; missed: readonly Day[]; own: readonly Member[] };

function whyNot({ days, attended, missed, own }: Days): AttendanceOutcome | null {
  if (missed.some((on) => !days.includes(on))) return 'missed-invalid';
  if (attended.length === 0) return 'missed-all';
  return attended.every((on) => own.some((each) => isInForce(each, on))) ? null : 'not-on-day';
}

function standing({ listed, missed: known, declared }: Member, missed: readonly Day[]): AttendanceOutcome {
  if (!listed) return 'added';
  if ([...(known ?? [])].sort().join() === missed.join()) return 'listed';
  return declared ? 'declared' : 'changed';
}
