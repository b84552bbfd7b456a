import type { Refusal } from '../../contract/problems.ts';
import { ROLE_OF_STAGE } from '../../rules/stages.ts';
import type { Role, StageKind } from '../../rules/vocabulary.ts';

/** Who acts: a person with the roles they hold today, organisation by organisation; `requestId` joins log, audit and answer. */
export type Caller = {
  personId: string;
  holdings: { organisationId: string; role: Role }[];
  requestId: string;
};

/** Whether a task of this pool (organisation and kind of stage) is the caller's to act on: exactly the organisation, never its superior. */
export function isInPool(caller: Caller, task: { organisation_id: string; stage_kind: StageKind }): boolean {
  const role = ROLE_OF_STAGE[task.stage_kind];
  return caller.holdings.some((h) => h.organisationId === task.organisation_id && h.role === role);
}

const PROVINCE_HRSS = 'hrss-420000';

/** Whether the caller administers the whole province's system: an administrator of the provincial HRSS department (Art. 8). */
export const isProvinceAdministrator = ({ holdings }: Pick<Caller, 'holdings'>): boolean =>
  holdings.some((h) => h.organisationId === PROVINCE_HRSS && h.role === 'administrator');

/** Whether the caller is the manager of a unit (单位管理员): of exactly this organisation. */
export const managesUnit = (caller: Caller, organisationId: string): boolean =>
  caller.holdings.some((h) => h.organisationId === organisationId && h.role === 'administrator');

/** What a refused act answers. */
export const refuse = (
  code: Refusal['code'],
  detail: string,
  fix: string,
  rest: Pick<Refusal, 'provision' | 'fields' | 'more'> = {},
): { ok: false; refusal: Refusal } => ({ ok: false, refusal: { code, detail, fix, ...rest } });

/** Not there, or not the caller's to see: the same answer, so that ids tell strangers nothing. */
export const notFound = (what: string): { ok: false; refusal: Refusal } =>
  refuse('not-found', `没有找到这${what}。`, '请从列表重新进入；如果链接来自他人，请确认您有权查看。');

export const provinceOnly = (): { ok: false; refusal: Refusal } =>
  refuse('forbidden', '此项由省人力资源和社会保障厅的系统管理员办理。', '如需办理，请联系省人社厅系统管理员。');
