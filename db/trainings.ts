import { asActivity, type Declared } from '../contract/declarations.ts';
import type { TrainingDay } from '../contract/trainings.ts';
import { recogniseClaim } from '../rules/claim-lines.ts';
import type { Mode, Subject } from '../rules/vocabulary.ts';
import type { Day } from './columns.ts';
import type { CommissioningKind } from './tables/employers.ts';

/** What the study archive knows of a training that a declaration says. */
export type ArchivedTraining = {
  title: string;
  place: string;
  organiser_name: string;
  /** Of the authority that commissioned a base's training; null for a unit's own. */
  organiser_kind: CommissioningKind | null;
  mode: Mode;
  days: readonly TrainingDay[];
};

/**
 * What somebody who was at a training would declare of it; the days they missed are left out. The law makes every hour of
 * a unit's training a professional one; a base's days are what its register says (Art. 11(1)).
 */
export const declaredFrom = (training: ArchivedTraining, missed: readonly Day[] = []): Declared => ({
  ...(training.organiser_kind === null
    ? { form: 'unit-training', organiser: 'own-employer' }
    : { form: 'authority-training', organiser: training.organiser_kind }),
  title: training.title,
  organiserName: training.organiser_name,
  place: training.place,
  mode: training.mode,
  days: training.days
    .filter((each) => !missed.includes(each.on))
    .map((each) => ({ ...each, subject: subjectOf(training, each) })),
});

const subjectOf = ({ organiser_kind }: ArchivedTraining, { subject }: TrainingDay): Subject =>
  organiser_kind === null ? 'professional' : (subject ?? 'professional');

/** What the rules make of a declaration before any cap of the year, in hundredths; nothing of one they refuse. */
export function recognisedHundredths(declared: Declared): number {
  const ruling = recogniseClaim(asActivity(declared, true), { studyArchive: true });
  return ruling.outcome === 'accepted' ? ruling.lines.reduce((sum, line) => sum + line.hundredths, 0) : 0;
}
