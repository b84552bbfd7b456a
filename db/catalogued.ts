import type { Declared } from '../contract/declarations.ts';
import type { Provision } from '../rules/articles.ts';
import { multiplyDown } from '../rules/hours.ts';
import type { Db } from './connect.ts';

/**
 * Two forms are declared from a list: a courseware of the catalogue (Art. 11(4)) and a recognition document (Arts. 11(8), 15). Their facts
 * come from the list whatever the declarant wrote; what is not on it is left to the rules, which refuse it.
 */

type Lecturing = Extract<Declared, { form: 'courseware-lecturing' }>;
type Recognised = Extract<Declared, { form: 'authority-recognised' }>;

/** Why a declaration does not fit the list it was chosen from. */
export type ListRefusal = { code: string; message: string; fix: string; provision: Provision; path: string };

/** The declaration with the facts of its list in the place of what was typed. */
export async function withListedFacts(db: Db, personId: string, declared: Declared): Promise<Declared> {
  if (declared.form === 'courseware-lecturing') return lecturingOf(declared, await entryOf(db, personId, declared));
  if (declared.form === 'authority-recognised') return recognisedOf(declared, await documentOf(db, declared));
  return declared;
}

/** @returns what to tell the declarant before the rules are asked; undefined when the list has no objection of its own */
export async function whyNotListed(db: Db, personId: string, declared: Declared): Promise<ListRefusal | undefined> {
  if (declared.form === 'courseware-lecturing') {
    const entry = await entryOf(db, personId, declared);
    if (entry && !entry.isLecturer) return NOT_LECTURER;
    return changedSince(declared, lecturingOf(declared, entry));
  }
  if (declared.form === 'authority-recognised') {
    const document = await documentOf(db, declared);
    return (
      document && (againstDocument(declared, document) ?? changedSince(declared, recognisedOf(declared, document)))
    );
  }
  return undefined;
}

async function entryOf(db: Db, personId: string, { courseware }: Lecturing) {
  return db
    .selectFrom('courseware as c')
    .select(['c.title', 'c.hundredths', 'c.entered_on'])
    .select((eb) =>
      eb
        .exists(
          eb
            .selectFrom('courseware_lecturer as l')
            .select('l.person_id')
            .whereRef('l.courseware_code', '=', 'c.code')
            .where('l.person_id', '=', personId),
        )
        .as('isLecturer'),
    )
    .where('c.code', '=', courseware)
    .executeTakeFirst();
}

type Entry = Awaited<ReturnType<typeof entryOf>>;

/** In the year it entered the catalogue (D-5), with the catalogue's hours; only its lecturer's. */
function lecturingOf(declared: Lecturing, entry: Entry): Lecturing {
  if (!entry) return { ...declared, inCatalogue: false };
  const { title, hundredths, entered_on: on } = entry;
  return { ...declared, title, on, coursewareHundredths: hundredths, inCatalogue: Boolean(entry.isLecturer) };
}

async function documentOf(db: Db, { documentId }: Recognised) {
  if (documentId === undefined) return undefined;
  return db.selectFrom('recognition_document').selectAll().where('id', '=', documentId).executeTakeFirst();
}

type Document = NonNullable<Awaited<ReturnType<typeof documentOf>>>;

/** Without a document of the list none is claimed, and the rules refuse with Article 15. */
function recognisedOf(declared: Recognised, document: Document | undefined): Recognised {
  const { document: _typed, ratioHundredths: _ratio, ...rest } = declared;
  if (!document) return { ...rest, ratioHundredths: declared.ratioHundredths };
  const { number, level, subject } = document;
  return {
    ...rest,
    subject,
    document: { number, level, on: document.issued_on },
    ...(document.ratio_hundredths !== null && { ratioHundredths: document.ratio_hundredths }),
  };
}

function againstDocument(declared: Recognised, document: Document): ListRefusal | undefined {
  const { on } = declared;
  if (on < document.from_on || (document.until_on !== null && on > document.until_on)) return NOT_IN_FORCE;
  const isByCredits = declared.creditsHundredths !== undefined;
  if (isByCredits !== (document.counting === 'credits')) return OTHER_COUNTING;
  const hours = isByCredits
    ? multiplyDown(declared.creditsHundredths ?? 0, document.ratio_hundredths ?? 0)
    : (declared.hundredths ?? 0);
  return document.most_hundredths !== null && hours > document.most_hundredths ? OVER_DOCUMENT : undefined;
}

/** The list was corrected after the draft was saved: the declarant looks at it once more. */
function changedSince(saved: Declared, now: Declared): ListRefusal | undefined {
  return sorted(saved) === sorted(now) ? undefined : LIST_CHANGED;
}

const sorted = (value: Declared): string =>
  JSON.stringify(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .map(([key, each]): [string, unknown] => [
        key,
        typeof each === 'object' ? Object.entries(each as object).toSorted() : each,
      ])
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );

const NOT_LECTURER: ListRefusal = {
  code: 'not-lecturer',
  message: '目录中该课件的授课教师没有您。',
  fix: '请从“本人授课的课件”中选择；如登记有误，请联系省人社厅更正课件目录。',
  provision: '11(4)',
  path: 'declared.courseware',
};
const NOT_IN_FORCE: ListRefusal = {
  code: 'document-not-in-force',
  message: '活动之日该认可文件尚未生效或已失效。',
  fix: '请核对活动日期，或选择当日有效的认可文件。',
  provision: '11(8)',
  path: 'declared.on',
};
const OTHER_COUNTING: ListRefusal = {
  code: 'document-counting',
  message: '计算方式与认可文件规定的不同。',
  fix: '文件规定按学分换算的填写学分，按学时的填写学时。',
  provision: '11(8)',
  path: 'declared.hundredths',
};
const OVER_DOCUMENT: ListRefusal = {
  code: 'document-hours',
  message: '填报学时超过认可文件规定的每次上限。',
  fix: '请按认可文件的上限填写。',
  provision: '11(8)',
  path: 'declared.hundredths',
};
const LIST_CHANGED: ListRefusal = {
  code: 'list-changed',
  message: '您保存之后，目录中的内容有更正。',
  fix: '请打开草稿核对并重新保存，再提交。',
  provision: '11',
  path: 'declared.form',
};
