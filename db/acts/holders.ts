import type { Outcomes } from '../../contract/problems.ts';
import type { NewTraining } from '../../contract/trainings.ts';
import { COMMISSIONING } from '../commissioning.ts';
import type { Db } from '../connect.ts';
import type { CommissioningKind } from '../tables/employers.ts';
import { refuse } from './caller.ts';
import type { UnitCaller } from './units.ts';

/** Who holds a training and for whom: a unit its own, a base one that an authority commissioned (Arts. 11(1), 13). */

export type Held = {
  holderKind: 'employer' | 'education-base';
  organiserId: string | null;
  organiserKind: CommissioningKind | null;
  organiserName: string;
};
type Content = Pick<NewTraining, 'organiserId' | 'organiserName' | 'days'> & { organisationId: string };

/** What the register keeps of holder and organiser; refused where a unit's and a base's training are mixed up. */
export async function heldBy(db: Db, caller: UnitCaller, content: Content): Promise<Outcomes<Held>> {
  const { organisationId, organiserId, organiserName, days } = content;
  if (!isBase(caller, organisationId)) {
    if (organiserId !== null) return organiserOf('本单位培训由本单位自行组织，不能填写委托部门。', '请去掉委托部门。');
    if (days.some((each) => each.subject !== undefined)) {
      return subjectsOf('本单位培训一律计入专业科目，不能另填科目。', '请去掉各日期的科目。');
    }
    return { ok: true, value: { holderKind: 'employer', organiserId: null, organiserKind: null, organiserName } };
  }
  if (days.some((each) => each.subject === undefined)) {
    return subjectsOf('有的培训日期没有填写科目。', '请为每一天选择公需科目或专业科目。');
  }
  const organiser = organiserId === null ? undefined : await commissioning(db, organiserId);
  if (!organiser) {
    return organiserOf(
      '基地培训须由组织部门、人力资源和社会保障部门或行业主管部门组织。',
      '请从列表中选择委托举办这次培训的部门。',
    );
  }
  const { id, kind, name } = organiser;
  return {
    ok: true,
    value: { holderKind: 'education-base', organiserId: id, organiserKind: kind, organiserName: name },
  };
}

/** Whether the caller acts here for a continuing-education base (继续教育基地). */
export const isBase = ({ holdings }: UnitCaller, organisationId: string): boolean =>
  holdings.some((h) => h.organisationId === organisationId && h.organisationKind === 'education-base');

async function commissioning(db: Db, id: string) {
  const found = await db
    .selectFrom('organisation')
    .select(['id', 'name', 'kind'])
    .where('id', '=', id)
    .where('closed_on', 'is', null)
    .executeTakeFirst();
  const kind = COMMISSIONING.find((each) => each === found?.kind);
  return found && kind ? { id: found.id, name: found.name, kind } : undefined;
}

const organiserOf = (detail: string, fix: string) => refuse('training-organiser', detail, fix, { provision: '11(1)' });
const subjectsOf = (detail: string, fix: string) => refuse('training-subjects', detail, fix, { provision: '11(1)' });
