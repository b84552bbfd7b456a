import { z } from 'zod';
import { LEVELS, ORGANISATION_KINDS, ROLES, STAGE_KINDS, UNIT_KINDS } from '../rules/vocabulary.ts';
import { codeOf, id, organisationId } from './values.ts';

/** A role held at an organisation today, in words as well. `stage`: the kind of stage whose tasks it reviews, if any. */
export const holding = z.object({
  organisationId,
  organisationName: z.string(),
  organisationKind: codeOf(ORGANISATION_KINDS),
  level: codeOf(LEVELS),
  regionCode: z.string(),
  role: codeOf(ROLES),
  roleName: z.string(),
  stage: codeOf(STAGE_KINDS).nullable(),
});
export type Holding = z.infer<typeof holding>;

/** Where a person belongs today. */
export const affiliation = z.object({
  employerId: organisationId,
  employerName: z.string(),
  unitKind: codeOf(UNIT_KINDS),
  unitKindName: z.string(),
  level: codeOf(LEVELS),
  regionName: z.string(),
  industryName: z.string(),
  studyArchive: z.boolean(),
});

/** Somebody a task can be transferred to. */
export const colleague = z.object({
  personId: id,
  name: z.string(),
  title: z.string().nullable(),
  /** Tasks they hold of this organisation, so that work is spread. */
  openTasks: z.number().int(),
});
export const colleagues = z.object({ items: z.array(colleague) });
export type Colleague = z.infer<typeof colleague>;
