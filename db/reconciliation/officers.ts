import { legalDay } from '../../rules/calendar.ts';
import { unattendedComplaints } from '../complaints.ts';
import { type CaseWithoutOfficers, casesWithoutOfficers } from '../read/case-officers.ts';
import type { Finder, Found } from './finding.ts';

/**
 * Cases of fraud, appeals, deferrals, reviews of rejections and complaints that nobody, or too few, may decide. They are few, since a
 * decision ends them: one page.
 */
export const findCasesWithoutOfficers: Finder = async ({ db, now }) => {
  const [cases, complaints] = await Promise.all([
    casesWithoutOfficers(db, legalDay(now.getTime())),
    unattendedComplaints(db),
  ]);
  return {
    found: [
      ...cases.map(foundCase),
      // Which body has it is told to nobody whom it may be about.
      ...complaints.map(({ id, number, received_at }) =>
        found('complaint', id, { case: 'complaint', number, since: received_at.toISOString() }),
      ),
    ],
    last: null,
    checked: cases.length + complaints.length,
    subjects: ['sanction', 'deferral', 'reconsideration', 'complaint'],
  };
};

const foundCase = ({
  kind,
  id,
  organisationId,
  since,
  needed,
  serving,
  eligible,
  cause,
}: CaseWithoutOfficers): Found => ({
  ...found(kind === 'appeal' ? 'sanction' : kind, id, {
    case: kind,
    cause,
    needed,
    serving,
    eligible,
    since: since.toISOString(),
  }),
  organisationId,
});

const found = (subjectKind: Found['subjectKind'], id: string, facts: Found['facts']): Found => ({
  class: 'case-without-officers',
  subjectKind,
  subjectId: id,
  pageKey: id,
  facts,
});
