import { sql } from 'kysely';
import type { MachineScope, NewMachine } from '../../contract/machines.ts';
import type { Outcomes } from '../../contract/problems.ts';
import type { OrganisationKind } from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';
import { type Caller, isProvinceAdministrator, notFound, provinceOnly, refuse } from './caller.ts';
import { auditCte, auditMachine } from './trail.ts';

/** A machine that asks: its client and the organisation it acts for. */
export type Machine = { clientId: string; organisationId: string; scopes: MachineScope[]; requestId: string };

/** The client of a secret's hash, if its credentials are in force on the day. */
export async function findMachine(
  db: Db,
  { clientId, secretHash, today }: { clientId: string; secretHash: Buffer; today: string },
): Promise<Omit<Machine, 'requestId'> | undefined> {
  return db
    .selectFrom('machine_client')
    .select(['id as clientId', 'organisation_id as organisationId', 'scopes'])
    .where('id', '=', clientId)
    .where('secret_hash', '=', secretHash)
    .where('ended_at', 'is', null)
    .where('from_on', '<=', today)
    .where((eb) => eb.or([eb('until_on', 'is', null), eb('until_on', '>', today)]))
    .executeTakeFirst();
}

/** Leaves a trail of credentials used for a service they were not issued for. */
export const noteDeniedMachine = (db: Db, machine: Machine, wanted: MachineScope): Promise<void> =>
  auditMachine(db, machine, [
    { action: 'machine.denied', subjectKind: 'machine-client', subjectId: machine.clientId, detail: { scope: wanted } },
  ]);

/** Which bodies may hold which credentials: review and registration are for authorities, the annual assessment for employers (Arts. 5, 6). */
const HOLDERS: Readonly<Record<MachineScope, readonly OrganisationKind[]>> = {
  completions: ['hrss'],
  'title-review': ['hrss', 'industry-authority', 'provincial-supervising-department'],
  registration: ['hrss', 'industry-authority'],
  assessment: ['employer'],
};

type Issue = NewMachine & { secretHash: Buffer; today: string; requestKey: string };

/** Issues credentials. The secret itself never comes here, so it can be shown once only: by whoever made it. */
export async function issueMachine(db: Db, caller: Caller, issue: Issue): Promise<Outcomes<{ id: string }>> {
  if (!isProvinceAdministrator(caller)) return provinceOnly();
  const { organisationId, scopes, untilOn, today } = issue;
  if (untilOn !== null && untilOn <= today) {
    return refuse('invalid-input', '终止日期应晚于今天。', '请改为今天之后的日期，或留空表示长期有效。', {
      fields: [{ path: 'untilOn', message: '应晚于今天' }],
    });
  }
  const organisation = await db
    .selectFrom('organisation')
    .select('kind')
    .where('id', '=', organisationId)
    .executeTakeFirst();
  if (!organisation) return notFound('个机构');
  const misfit = scopes.find((scope) => !HOLDERS[scope].includes(organisation.kind));
  if (misfit !== undefined) {
    return refuse(
      'machine-scope-mismatch',
      '该机构的类型不能开通所选用途。',
      '职称评审、职业资格注册查询只向主管部门开通，年度考核查询只向用人单位开通，学时登记只向人社部门开通。',
      { fields: [{ path: 'scopes', message: '与机构类型不符' }], more: { scope: misfit } },
    );
  }
  return insertMachine(db, caller, issue);
}

async function insertMachine(db: Db, caller: Caller, issue: Issue): Promise<Outcomes<{ id: string }>> {
  const { name, organisationId, secretHash, scopes, today, untilOn, requestKey } = issue;
  return db.transaction().execute(async (trx) => {
    const made = await trx
      .insertInto('machine_client')
      .values({
        name,
        organisation_id: organisationId,
        secret_hash: secretHash,
        scopes: [...new Set(scopes)],
        from_on: today,
        until_on: untilOn,
        created_by: caller.personId,
        request_key: requestKey,
      })
      .onConflict((c) => c.constraint('machine_client_request').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!made) {
      return refuse(
        'request-key-reused',
        '这次签发已经完成，密钥只显示一次。',
        '如未记下密钥，请终止该凭证后重新签发。',
      );
    }
    const entry = {
      action: 'machine.issued',
      subjectKind: 'machine-client',
      subjectId: made.id,
      organisationId,
    } as const;
    await sql`with ${auditCte(caller, { ...entry, detail: { scopes, untilOn } })} select 1`.execute(trx);
    return { ok: true, value: made };
  });
}

/** Ends credentials at once; ending them again is refused with who did it when. */
export async function endMachine(db: Db, caller: Caller, id: string): Promise<Outcomes<{ id: string }>> {
  if (!isProvinceAdministrator(caller)) return provinceOnly();
  return db.transaction().execute(async (trx) => {
    const ended = await trx
      .updateTable('machine_client')
      .set({ ended_at: sql`now()`, ended_by: caller.personId })
      .where('id', '=', id)
      .where('ended_at', 'is', null)
      .returning(['id', 'organisation_id'])
      .executeTakeFirst();
    if (!ended) return whyNotEnded(trx, id);
    const entry = { action: 'machine.ended', subjectKind: 'machine-client', subjectId: id } as const;
    await sql`with ${auditCte(caller, { ...entry, organisationId: ended.organisation_id })} select 1`.execute(trx);
    return { ok: true, value: { id } };
  });
}

async function whyNotEnded(trx: Db, id: string) {
  const known = await trx.selectFrom('machine_client').select('ended_at').where('id', '=', id).executeTakeFirst();
  if (!known) return notFound('份凭证');
  return refuse('machine-ended', '该凭证此前已经终止。', '无需再次办理；请刷新列表。', {
    more: { endedAt: known.ended_at?.toISOString() ?? null },
  });
}
