import type { Day } from '../../rules/activity.ts';
import { addDays } from '../../rules/calendar.ts';
import { authorityAnswersFrom } from '../../rules/moves.ts';
import { STORY_HOSPITAL_ID } from './organisations.ts';
import type { Person } from './people.ts';
import type { Random } from './random.ts';
import type { Rows } from './rows.ts';

/** A move (调动) under way: the hospital of the story asked for somebody three days ago; the person and the former unit have to answer. */
export function addMoves(rows: Rows, random: Random, people: readonly Person[], today: Day): void {
  const manager = people.find((p) => p.username === 'hospital-manager');
  const newcomer = people.find((p) => {
    const at = p.affiliations.at(-1);
    return (
      at?.industryCode === 'health' &&
      at.regionCode.startsWith('4205') &&
      at.archiveAgencyId === null &&
      at.employerId !== STORY_HOSPITAL_ID &&
      p.roles.length === 0
    );
  });
  const from = newcomer?.affiliations.at(-1);
  if (!manager || !newcomer || !from) return;
  const askedOn = addDays(today, -3);
  const askedAt = `${askedOn}T02:00:00.000Z`;
  const id = random.uuid(new Date(askedAt));
  rows.add('move', {
    id,
    person_id: newcomer.id,
    from_employer_id: from.employerId,
    from_agency_id: null,
    to_employer_id: STORY_HOSPITAL_ID,
    to_agency_id: null,
    from_on: addDays(today, 14),
    requested_by: manager.id,
    requested_side: 'new-unit',
    requested_at: askedAt,
    request_key: 'demo-move-1',
    authority_from_on: authorityAnswersFrom(askedOn),
    state: 'open',
    effective_on: null,
    ended_at: null,
  });
  rows.add('move_answer', {
    move_id: id,
    side: 'new-unit',
    accepts: true,
    reason: '',
    answered_by: manager.id,
    organisation_id: STORY_HOSPITAL_ID,
    answered_at: askedAt,
  });
}
