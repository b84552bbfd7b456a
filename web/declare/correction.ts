import type { ClaimDetail } from '../../contract/claims.ts';
import type { ReturnReason } from '../../rules/vocabulary.ts';
import type { FieldErrors } from './check.ts';

type Point = ClaimDetail['corrections'][number];

/** The field a point of a return is about. */
export const fieldOf = (point: Point): string =>
  point.evidenceId === null ? (point.field ?? REASON_FIELD[point.code]) : 'evidence';

/** What reviewers want corrected, by field. */
export const dueOf = (points: readonly Point[]): FieldErrors =>
  Object.fromEntries(points.map((point) => [fieldOf(point), point.text]));

/** The field a reason for correction is about when the reviewer named none. */
const REASON_FIELD: Readonly<Record<ReturnReason, string>> = {
  'evidence-missing': 'evidence',
  'evidence-unclear': 'evidence',
  'evidence-mismatch': 'evidence',
  'hours-wrong': 'days',
  'days-wrong': 'days',
  'subject-wrong': 'subject',
  'organiser-wrong': 'organiser',
  'form-wrong': 'title',
  'document-wrong': 'document.number',
  other: 'title',
};
