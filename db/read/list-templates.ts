import type { ListTemplate } from '../../contract/imports.ts';
import { type Template, templateOf } from '../../imports/columns.ts';
import { ATTENDANCE_SCHEMA } from '../acts/attendance-file.ts';
import { IMPORTERS } from '../imports.ts';

/** What a list looks like, from the columns that its reader knows: a template that the reader refuses cannot be. */
const TEMPLATES: Readonly<Record<ListTemplate, Template>> = {
  completions: templateOf(IMPORTERS.completions.schema),
  'unit-attendance': templateOf(ATTENDANCE_SCHEMA, ['workNumber', 'name', 'missed']),
  'base-attendance': templateOf(ATTENDANCE_SCHEMA, ['name', 'idNumber', 'missed']),
};

export const readListTemplate = (list: ListTemplate): Template => TEMPLATES[list];
