import type { Activity, CoursewareLecturing, Day, Declaration } from './activity.ts';
import { yearOf } from './calendar.ts';
import { daysOf } from './year.ts';

/** When two activities are one and the same. */

/**
 * The key of what counts only once: a course on the platform (once a year, by its code), a courseware (once, in the year it entered the
 * catalogue, however its name is typed). Undefined for other forms, where the reviewers are told of a likeness and decide.
 * @article 11(2) 系统按照课件标定学时自动登记相应学时
 * @article 11(4) 纳入……课件目录的，按照课件内容和课时的6倍计算
 * @interpretation D-5
 */
export function onceOnlyKey(activity: Activity): string | undefined {
  switch (activity.form) {
    case 'platform-course':
      return `course ${activity.course}`;
    case 'courseware-lecturing':
      return coursewareKey(activity);
    case 'authority-training':
    case 'unit-training':
    case 'academic-conference':
    case 'qualification-exam':
    case 'degree':
    case 'aid-mission':
    case 'authority-recognised':
      return undefined;
  }
}

/**
 * The key of a courseware, the same in every year: what has counted under it in one year counts in no later one.
 * @article 11(4) 纳入……课件目录的，按照课件内容和课时的6倍计算
 * @interpretation D-5
 */
export const coursewareKey = ({ courseware }: CoursewareLecturing): string =>
  `courseware ${plain(courseware) || courseware.trim()}`;

/**
 * A stable key of a declaration's form and key facts: two open claims of a person with one key declare one activity.
 * Hours, subjects and the deferred year are left out, since declaring the same activity otherwise is still a second time.
 * @article 11 参加以下形式的继续教育活动
 */
export function identityOf(declaration: Declaration): string {
  return [declaration.form, ...keyFacts(declaration)].join('|');
}

function keyFacts(declaration: Declaration): readonly string[] {
  const title = plain(declaration.title ?? '');
  switch (declaration.form) {
    case 'authority-training':
    case 'unit-training':
      return [firstDay(declaration), title];
    case 'platform-course':
      return [String(yearOf(declaration.on)), declaration.course];
    case 'academic-conference':
    case 'qualification-exam':
      return [declaration.on, title];
    case 'courseware-lecturing':
      return [plain(declaration.courseware)];
    case 'degree':
      return [declaration.on, declaration.level, title];
    case 'aid-mission':
      return [String(declaration.year), declaration.region];
    case 'authority-recognised':
      return [declaration.on, plain(declaration.document?.number ?? ''), title];
  }
}

/** The earliest day of an activity; the empty text for a training without days. */
export const firstDay = (activity: Activity): Day => [...daysOf(activity)].sort()[0] ?? '';

/**
 * A title or name without what people type differently: width, case, spaces, punctuation (C++ and C# stay apart).
 * @article 11 参加以下形式的继续教育活动
 */
export const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}+#]/gu, '');
