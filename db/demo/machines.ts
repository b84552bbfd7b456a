import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Purpose, ReviewScope } from '../../contract/title-review.ts';
import type { Database } from '../schema.ts';
import { STORY_HOSPITAL_ID } from './organisations.ts';

/** A system of the demo province. Its secret is as public as the demo accounts' password. */
type DemoMachine = { id: string; name: string; organisationId: string; scope: ReviewScope; secret: string };

/** docs/integration.md asks as the first of them. */
const MACHINES: readonly DemoMachine[] = [
  {
    id: '01990000-0000-7000-8000-00000000a001',
    name: '湖北省职称评审管理信息系统',
    organisationId: 'hrss-420000',
    scope: 'title-review',
    secret: 'demo-title-review-demo-title-review-demo-00',
  },
  {
    id: '01990000-0000-7000-8000-00000000a002',
    name: '湖北省卫生专业技术资格注册系统',
    organisationId: 'ind-420000-health',
    scope: 'registration',
    secret: 'demo-registration-demo-registration-demo-00',
  },
  {
    id: '01990000-0000-7000-8000-00000000a003',
    name: '医院人事管理系统',
    organisationId: STORY_HOSPITAL_ID,
    scope: 'assessment',
    secret: 'demo-assessment-demo-assessment-demo-demo-0',
  },
];

/** Who has asked about the doctor of the story. */
const ACCESSES: readonly { machine: number; purpose: Purpose; caseNumber: string; days: number }[] = [
  { machine: 2, purpose: 'post-appointment', caseNumber: '聘任-2026-018', days: 60 },
  { machine: 0, purpose: 'title-application', caseNumber: 'ZC-2026-0417', days: 20 },
  { machine: 0, purpose: 'title-evaluation', caseNumber: 'ZC-2026-0417', days: 6 },
];

const DAY_MS = 86_400_000;

/** Systems with credentials, and what they have asked; within the seed's transaction, after its rows. */
export async function addMachines(trx: Kysely<Database>, today: string): Promise<void> {
  await trx
    .insertInto('machine_client')
    .values(
      MACHINES.map(({ id, name, organisationId, scope, secret }) => ({
        id,
        name,
        organisation_id: organisationId,
        secret_hash: createHash('sha256').update(secret).digest(),
        scopes: [scope],
        from_on: '2026-05-26',
        until_on: null,
        created_at: '2026-05-26T01:00:00Z',
        created_by: null,
        ended_by: null,
        request_key: null,
      })),
    )
    .execute();
  const doctor = await trx
    .selectFrom('account')
    .select('person_id')
    .where('username', '=', 'doctor')
    .executeTakeFirstOrThrow();
  await addAccesses(trx, doctor.person_id, Date.parse(`${today}T02:00:00Z`));
}

async function addAccesses(trx: Kysely<Database>, personId: string, now: number): Promise<void> {
  for (const { machine, purpose, caseNumber, days } of ACCESSES) {
    const asking = MACHINES[machine];
    if (!asking) throw new Error(`no demo machine ${machine}`);
    await trx
      .insertInto('person_access')
      .values({
        person_id: personId,
        client_id: asking.id,
        organisation_id: asking.organisationId,
        scope: asking.scope,
        purpose,
        case_number: caseNumber,
        years: [2026],
        answer_digest: createHash('sha256').update(caseNumber).digest(),
        request_id: 'demo',
        at: new Date(now - days * DAY_MS),
      })
      .execute();
  }
  const detail = {
    organisation: '湖北省人力资源和社会保障厅',
    purpose: '职称申报资格审核',
    caseNumber: 'ZC-2026-0417',
  };
  // As `tell` writes it, with a fixed id and time: a demo is the same whenever it is made.
  await trx
    .insertInto('notice')
    .values({
      id: '01936d6e-0000-7000-8000-000000000417',
      person_id: personId,
      kind: 'title-review-access',
      key: 'hrss-420000/title-review/ZC-2026-0417',
      detail: JSON.stringify({ ...detail, years: '2026', path: '/accesses' }),
      created_at: new Date(now - 6 * DAY_MS),
    })
    .execute();
}
