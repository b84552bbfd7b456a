import { randomBytes, randomUUID } from 'node:crypto';
import type { Caller } from '../../db/acts/caller.ts';
import { dateColumns } from '../../db/complaints.ts';
import type { Db } from '../../db/connect.ts';
import { legalDay } from '../../rules/calendar.ts';

/** One of each that the city's HRSS authority supervises, as rows: a complaint it handles, a drawing, a check, an inquiry, a record. */
export type Supervised = {
  complaintId: string;
  inspectionId: string;
  checkId: string;
  inquiryId: string;
  misconductId: string;
};

const BODY = 'hrss-420500';

export async function supervisedBy(
  db: Db,
  supervisor: Caller,
  of: { claimId: string; personId: string },
): Promise<Supervised> {
  const inspectionId = await inspection(db, supervisor, of.claimId);
  return {
    inspectionId,
    complaintId: await complaint(db),
    checkId: await check(db, inspectionId, of),
    inquiryId: await inquiry(db, inspectionId),
    misconductId: await misconduct(db, supervisor),
  };
}

async function complaint(db: Db): Promise<string> {
  const { id } = await db
    .insertInto('complaint')
    .values({
      code_hash: randomBytes(32),
      topic: 'employer',
      content: '单位不审核',
      region_code: '420500',
      industry_code: 'health',
      about_organisation_id: null,
      about_person_id: null,
      receiver_id: BODY,
      handler_id: BODY,
      state: 'assigned',
      received_at: new Date(),
      assigned_at: new Date(),
      finding: null,
      investigation: null,
      investigated_by: null,
      answer: null,
      answered_by: null,
      ...dateColumns(legalDay(Date.now())),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('complaint_identity')
    .values({ complaint_id: id, name: '举报人', contact: '13900000000' })
    .execute();
  return id;
}

async function inspection(db: Db, supervisor: Caller, claimId: string): Promise<string> {
  const { id } = await db
    .insertInto('inspection')
    .values({
      kind: 'random',
      organisation_id: BODY,
      title: '抽查',
      year: 2026,
      filters: '{}',
      algorithm: 'sha256-rank-1',
      seed: '0'.repeat(32),
      frame: [claimId],
      frame_hash: '0'.repeat(64),
      size: 1,
      drawn_by: supervisor.personId,
      drawn_at: new Date(),
      request_key: randomUUID(),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

async function check(db: Db, inspectionId: string, { claimId, personId }: { claimId: string; personId: string }) {
  const { id } = await db
    .insertInto('check_task')
    .values({
      inspection_id: inspectionId,
      complaint_id: null,
      organisation_id: BODY,
      claim_id: claimId,
      person_id: personId,
      position: 1,
      score: 0,
      opened_at: new Date(),
      conclusion: null,
      concluded_by: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

async function inquiry(db: Db, inspectionId: string): Promise<string> {
  const { id } = await db
    .insertInto('use_inquiry')
    .values({
      inspection_id: inspectionId,
      organisation_id: BODY,
      employer_id: 'emp-city',
      year: 2026,
      position: 1,
      people: 10,
      considered: 2,
      asked_at: new Date(),
      answer: null,
      answered_by: null,
      conclusion: null,
      concluded_by: null,
      rectification_id: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

async function misconduct(db: Db, supervisor: Caller): Promise<string> {
  const { id } = await db
    .insertInto('misconduct')
    .values({
      body_id: BODY,
      organisation_id: 'ind-420500-health',
      person_id: null,
      person_name: '某人',
      kind: 'negligence',
      facts: '长期不办',
      complaint_id: null,
      recorded_by: supervisor.personId,
      recorded_at: new Date(),
      request_key: randomUUID(),
      referred_to: null,
      outcome: null,
      concluded_by: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}
