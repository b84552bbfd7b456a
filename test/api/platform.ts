import { sql } from 'kysely';
import { hashOf, newToken } from '../../api/plugins/identity.ts';
import type { MachineScope } from '../../contract/machines.ts';
import type { Caller } from '../../db/acts/caller.ts';
import type { Db } from '../../db/connect.ts';
import { personKeyOf } from '../../db/person-keys.ts';
import type { World } from '../support/world.ts';
import { PERSON_KEY_SECRET } from './support.ts';

/** What the tests of the platform's part stand on. */

/** A machine's credentials, as its Authorization header. */
export async function aMachine(db: Db, scopes: MachineScope[], organisationId = 'hrss-420000'): Promise<string> {
  const secret = newToken();
  const { id } = await db
    .insertInto('machine_client')
    .values({
      name: '公共服务平台',
      organisation_id: organisationId,
      secret_hash: hashOf(secret),
      scopes: sql`${scopes}::text[]`,
      from_on: '2026-01-01',
      until_on: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return `Bearer ${id}.${secret}`;
}

export async function idNumberOf(db: Db, { personId }: Caller): Promise<string> {
  const row = await db.selectFrom('person').select('id_number').where('id', '=', personId).executeTakeFirstOrThrow();
  return row.id_number;
}

export const keyOf = async (db: Db, person: Caller): Promise<string> =>
  personKeyOf(PERSON_KEY_SECRET, await idNumberOf(db, person)).toString('hex');

/** A person with a role at an organisation. */
export const officerAt = (world: World, organisationId: string, role: 'administrator' | 'supervisor') =>
  world.appoint(organisationId, role, 'emp-county');

export const addCourses = (db: Db): Promise<unknown> =>
  db
    .insertInto('platform_course')
    .values([
      { code: 'G01', title: '法治建设', subject: 'public', hundredths: 600, from_on: '2026-01-01', until_on: null },
      {
        code: 'G02',
        title: '数字素养',
        subject: 'public',
        hundredths: 450,
        from_on: '2026-06-01',
        until_on: '2026-08-31',
      },
      {
        code: 'Z01',
        title: '临床进展',
        subject: 'professional',
        hundredths: 1200,
        from_on: '2026-01-01',
        until_on: null,
      },
    ])
    .execute();

/** A recognition document as it is entered. */
export const aDocument = (rest: object = {}) => ({
  number: '鄂卫发〔2026〕12号',
  level: 'provincial',
  authorityName: '湖北省卫生健康委员会',
  kind: 'credit-programme',
  title: '继续医学教育项目',
  subject: 'professional',
  counting: 'credits',
  ratioHundredths: 300,
  mostHundredths: null,
  issuedOn: '2026-03-16',
  fromOn: '2026-03-16',
  untilOn: null,
  ...rest,
});
