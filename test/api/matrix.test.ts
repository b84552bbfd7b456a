import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROUTES, type RouteName } from '../../contract/routes.ts';
import { sanctionsRoutes } from '../../contract/sanctions.ts';
import type { Caller } from '../../db/acts/caller.ts';
import { giveNotice } from '../../db/acts/sanction-hearings.ts';
import { openSanction } from '../../db/acts/sanctions.ts';
import { testPrinter } from '../support/certificates.ts';
import { lookAtEvidence } from '../support/looking.ts';
import { conference } from '../support/world.ts';
import { aDocument } from './platform.ts';
import { type Supervised, supervisedBy } from './supervised.ts';
import { aPdf, approval, type Bench, type How, makeBench, openNext, underReview, upload } from './support.ts';

/**
 * Who may do what: every route × everybody who could stand to a claim under first review at `emp-city`. A route without a row does not
 * compile. 404 is the answer of an unknown id: strangers learn nothing. 401, 403 come before the body is looked at.
 */
const PEOPLE = ['anonymous', 'owner', 'stranger', 'reviewer', 'elsewhere', 'superior', 'otherSuperior'] as const;
type Relation = (typeof PEOPLE)[number];
type Row = Record<Relation, number>;

const of = (
  anonymous: number,
  owner: number,
  stranger: number,
  reviewer: number,
  elsewhere: number,
  superior: number,
  otherSuperior: number,
): Row => ({
  anonymous,
  owner,
  stranger,
  reviewer,
  elsewhere,
  superior,
  otherSuperior,
});

const EVERYBODY = of(200, 200, 200, 200, 200, 200, 200);
const SIGNED_IN = of(401, 200, 200, 200, 200, 200, 200);
const OWNER_ONLY_TOO_LATE = of(401, 409, 404, 404, 404, 404, 404);
const READERS = of(401, 200, 404, 200, 404, 200, 404);
const REVIEWERS = of(401, 403, 403, 200, 200, 403, 403);
const MACHINES_ONLY = of(401, 401, 401, 401, 401, 401, 401);
const THE_POOL = of(401, 403, 403, 200, 404, 403, 403);

/** Nobody here is an administrator of the provincial department; test/api/machines.test.ts has one. */
const PROVINCE_ONLY = of(401, 403, 403, 403, 403, 403, 403);
const NOT_THERE = of(401, 404, 404, 404, 404, 404, 404);
const SUPERVISORS_ONLY = of(401, 403, 403, 403, 403, 200, 200);
const OVERSEERS = of(401, 403, 403, 403, 403, 200, 200);

/** An organisation that none of them administers is not there. */
const NOBODY = of(401, 404, 404, 404, 404, 404, 404);

const A_PAIR = {
  kept: { name: '申报人', idNumber: '11010519491231002X' },
  absorbed: { name: '申报人', idNumber: '110105194912310038' },
};

const MATRIX: Record<RouteName, Row> = {
  signIn: of(401, 401, 401, 401, 401, 401, 401),
  signOut: EVERYBODY,
  signInWays: EVERYBODY,
  // No identity provider is configured here; test/api/identities.test.ts has one.
  startAtProvider: of(404, 404, 404, 404, 404, 404, 404),
  returnFromProvider: of(404, 404, 404, 404, 404, 404, 404),
  ownIdentity: SIGNED_IN,
  linkOwnIdentity: NOT_THERE,
  unlinkOwnIdentity: SIGNED_IN,
  linkIdentity: NOBODY,
  unlinkIdentity: NOBODY,
  me: SIGNED_IN,
  year: SIGNED_IN,
  preview: SIGNED_IN,
  myClaims: SIGNED_IN,
  createClaim: of(401, 201, 201, 201, 201, 201, 201),
  claim: READERS,
  saveClaim: OWNER_ONLY_TOO_LATE,
  discardClaim: OWNER_ONLY_TOO_LATE,
  uploadEvidence: OWNER_ONLY_TOO_LATE,
  evidenceFile: READERS,
  removeEvidence: OWNER_ONLY_TOO_LATE,
  submitClaim: OWNER_ONLY_TOO_LATE,
  resubmitClaim: OWNER_ONLY_TOO_LATE,
  withdrawClaim: of(401, 200, 404, 404, 404, 404, 404),
  // An employee without a role sees an empty list; test/api/repairs.test.ts has the province's administrators.
  findings: SIGNED_IN,
  finding: NOT_THERE,
  reconcileNow: PROVINCE_ONLY,
  tryRepair: PROVINCE_ONLY,
  repair: PROVINCE_ONLY,
  repairs: PROVINCE_ONLY,
  answerRepair: PROVINCE_ONLY,
  repairAll: PROVINCE_ONLY,
  answerRepairBulk: PROVINCE_ONLY,
  whatIfs: PROVINCE_ONLY,
  startWhatIf: PROVINCE_ONLY,
  whatIf: PROVINCE_ONLY,
  whatIfChanges: PROVINCE_ONLY,
  whatIfExport: PROVINCE_ONLY,
  cancelWhatIf: PROVINCE_ONLY,
  personYear: of(401, 200, 404, 200, 404, 200, 404),
  revokeClaim: of(401, 403, 404, 403, 404, 409, 404),
  revokeCompletion: of(401, 404, 404, 404, 404, 200, 404),
  tasks: REVIEWERS,
  taskCounts: REVIEWERS,
  decideMany: REVIEWERS,
  task: THE_POOL,
  colleagues: THE_POOL,
  claimTask: THE_POOL,
  releaseTask: THE_POOL,
  transferTask: THE_POOL,
  decide: THE_POOL,
  notices: SIGNED_IN,
  overview: SIGNED_IN,
  readNotices: SIGNED_IN,
  contact: SIGNED_IN,
  changeContact: SIGNED_IN,
  // A machine's route: no person's session opens it.
  registerCompletions: MACHINES_ONLY,
  audit: PROVINCE_ONLY,
  auditExport: PROVINCE_ONLY,
  auditChain: PROVINCE_ONLY,
  checkAuditChain: PROVINCE_ONLY,
  machines: PROVINCE_ONLY,
  issueMachine: PROVINCE_ONLY,
  endMachine: PROVINCE_ONLY,
  titleReviewQuery: MACHINES_ONLY,
  titleReviewBatch: MACHINES_ONLY,
  registrationQuery: MACHINES_ONLY,
  registrationBatch: MACHINES_ONLY,
  assessmentQuery: MACHINES_ONLY,
  assessmentBatch: MACHINES_ONLY,
  myAccesses: SIGNED_IN,
  seeEvidence: THE_POOL,
  recuse: THE_POOL,
  takeBack: of(401, 403, 403, 403, 404, 403, 403),
  views: REVIEWERS,
  saveView: of(401, 403, 403, 201, 201, 403, 403),
  // The fixture's view and reply are the reviewer's own.
  changeView: THE_POOL,
  removeView: THE_POOL,
  replies: REVIEWERS,
  saveReply: of(401, 403, 403, 201, 201, 403, 403),
  changeReply: THE_POOL,
  removeReply: THE_POOL,
  statistics: OVERSEERS,
  statisticsWork: OVERSEERS,
  statisticsChoices: OVERSEERS,
  statisticsPeople: OVERSEERS,
  statisticsClaims: OVERSEERS,
  statisticsExport: OVERSEERS,
  yearCertificates: SIGNED_IN,
  // Nobody here has a complete year.
  issueCertificate: of(401, 409, 409, 409, 409, 409, 409),
  certificatePdf: of(401, 409, 409, 409, 409, 409, 409),
  certificateSignature: of(401, 409, 409, 409, 409, 409, 409),
  certificateKeys: EVERYBODY,
  certificateKey: EVERYBODY,
  certificateCases: PROVINCE_ONLY,
  // A code that no certificate has; test/api/verify.test.ts has others.
  verify: of(404, 404, 404, 404, 404, 404, 404),
  // Nobody here manages a unit; test/api/certificates.test.ts has who does.
  printCertificates: of(401, 404, 404, 404, 404, 404, 404),
  certificateBatch: of(401, 404, 404, 404, 404, 404, 404),
  certificateBatchFile: of(401, 404, 404, 404, 404, 404, 404),
  yearCloses: PROVINCE_ONLY,
  yearClose: PROVINCE_ONLY,
  startYearClose: PROVINCE_ONLY,
  ledgerCases: PROVINCE_ONLY,
  ledgerCase: PROVINCE_ONLY,
  closeLedgerCase: PROVINCE_ONLY,
  // Nobody here manages a unit; test/api/employers.test.ts has managers.
  unitPeople: NOT_THERE,
  remindPeople: NOT_THERE,
  plan: NOT_THERE,
  addPlanned: NOT_THERE,
  savePlanned: NOT_THERE,
  removePlanned: NOT_THERE,
  // Names of authorities, for a base's manager to choose from.
  organisers: SIGNED_IN,
  trainings: NOT_THERE,
  addTraining: NOT_THERE,
  training: NOT_THERE,
  saveTraining: NOT_THERE,
  addTrainingFile: NOT_THERE,
  trainingFile: NOT_THERE,
  removeTrainingFile: NOT_THERE,
  attendees: NOT_THERE,
  recordAttendance: NOT_THERE,
  recordAttendanceFile: NOT_THERE,
  removeAttendee: NOT_THERE,
  proposeClaims: NOT_THERE,
  myProposals: SIGNED_IN,
  confirmProposal: NOT_THERE,
  objectToProposal: NOT_THERE,
  courses: SIGNED_IN,
  createCourse: of(401, 403, 403, 403, 403, 403, 403),
  saveCourse: of(401, 403, 403, 403, 403, 403, 403),
  coursewares: EVERYBODY,
  myCourseware: SIGNED_IN,
  createCourseware: of(401, 403, 403, 403, 403, 403, 403),
  saveCourseware: of(401, 403, 403, 403, 403, 403, 403),
  recognitionDocuments: SIGNED_IN,
  createRecognitionDocument: of(401, 403, 403, 403, 403, 403, 403),
  saveRecognitionDocument: of(401, 403, 403, 403, 403, 403, 403),
  imports: of(401, 403, 403, 403, 403, 403, 403),
  uploadImport: of(401, 403, 403, 403, 403, 403, 403),
  import: of(401, 404, 404, 404, 404, 404, 404),
  importRows: of(401, 404, 404, 404, 404, 404, 404),
  importErrors: of(401, 404, 404, 404, 404, 404, 404),
  listTemplate: SIGNED_IN,
  confirmImport: of(401, 404, 404, 404, 404, 404, 404),
  cancelImport: of(401, 404, 404, 404, 404, 404, 404),
  // Reviewers here have no affiliation.
  requestDeferral: of(401, 201, 201, 409, 409, 201, 201),
  deferrals: SIGNED_IN,
  // A case about the owner, being heard, at the HRSS authority of the superior; test/db/sanctions.test.ts has the rest.
  reportFraud: of(401, 403, 404, 201, 404, 201, 404),
  sanctions: SIGNED_IN,
  sanction: of(401, 200, 404, 404, 404, 200, 404),
  uploadSanctionFile: of(401, 201, 404, 404, 404, 201, 404),
  sanctionFile: NOT_THERE,
  giveSanctionNotice: of(401, 404, 404, 404, 404, 409, 404),
  extendDefence: of(401, 404, 404, 404, 404, 422, 404),
  stateDefence: of(401, 201, 404, 404, 404, 404, 404),
  sanctionImpact: of(401, 404, 404, 404, 404, 200, 404),
  proposeSanction: of(401, 404, 404, 404, 404, 409, 404),
  answerSanctionProposal: NOT_THERE,
  appealSanction: of(401, 409, 404, 404, 404, 404, 404),
  titleOrders: SIGNED_IN,
  reportTitleOrder: NOT_THERE,
  answerTitleReport: NOT_THERE,
  deferral: of(401, 200, 404, 200, 200, 200, 404),
  uploadDeferralProof: of(401, 201, 404, 201, 404, 404, 404),
  // A file that is not there; test/api/deferrals.test.ts has one that is.
  deferralProof: of(401, 404, 404, 404, 404, 404, 404),
  decideDeferral: of(401, 403, 403, 200, 404, 403, 403),
  // Undecided yet: told to those who may, not found for the rest.
  shortenDeferral: of(401, 409, 404, 409, 404, 404, 404),
  revokeDeferral: of(401, 404, 404, 404, 409, 409, 404),
  withdrawDeferral: of(401, 200, 404, 404, 404, 404, 404),
  // Not rejected; test/db/reconsiderations.test.ts has rejected ones. Whoever rejected (reviewer) has no part in the review.
  requestReconsideration: of(401, 409, 404, 404, 404, 404, 404),
  reconsiderations: SIGNED_IN,
  reconsideration: of(401, 200, 404, 404, 200, 404, 404),
  seeForReconsideration: of(401, 403, 403, 404, 200, 403, 403),
  decideReconsideration: of(401, 403, 403, 404, 200, 403, 403),
  extendTitle: of(401, 403, 403, 409, 404, 403, 403),
  endTitleExtension: of(401, 403, 403, 200, 404, 403, 403),
  makeUp: SIGNED_IN,
  // Nobody has a deferral of 2025, and the completion is the owner's alone.
  previewMakeUp: of(401, 422, 404, 404, 404, 404, 404),
  assignMakeUp: of(401, 422, 404, 404, 404, 404, 404),
  // Only supervisors order, within their place; the fixture's order is the city's, to emp-city, which nobody here manages.
  orderRectification: of(401, 403, 403, 403, 403, 201, 422),
  rectifiable: SIGNED_IN,
  rectifications: SIGNED_IN,
  rectification: of(401, 404, 404, 404, 404, 200, 404),
  addRectificationFile: of(401, 404, 404, 404, 404, 201, 404),
  rectificationFile: of(401, 404, 404, 404, 404, 404, 404),
  reportRectification: NOT_THERE,
  acceptRectification: of(401, 404, 404, 404, 404, 409, 404),
  returnRectification: of(401, 404, 404, 404, 404, 409, 404),
  extendRectification: of(401, 404, 404, 404, 404, 200, 404),
  withdrawRectification: of(401, 404, 404, 404, 404, 200, 404),
  // Just opened: too soon to nudge.
  nudgeClaim: of(401, 409, 404, 404, 404, 404, 404),
  escalations: SIGNED_IN,
  // Escalated to the city's HRSS authority.
  urge: of(401, 404, 404, 404, 200, 200, 404),
  stuckStages: SIGNED_IN,
  copyTask: THE_POOL,
  leaves: SIGNED_IN,
  recordLeave: of(401, 404, 404, 201, 404, 404, 404),
  endLeave: of(401, 404, 404, 200, 404, 404, 404),
  relations: SIGNED_IN,
  declareRelation: of(401, 201, 201, 201, 201, 201, 201),
  endRelation: of(401, 404, 404, 200, 404, 404, 404),
  // Anybody complains, without a name or a session.
  fileComplaint: of(201, 201, 201, 201, 201, 201, 201),
  complaintChoices: EVERYBODY,
  addComplaintFile: of(404, 404, 404, 404, 404, 404, 404),
  complaintAnswer: of(404, 404, 404, 404, 404, 404, 404),
  complaints: SIGNED_IN,
  // The fixture's complaint is with the city's HRSS authority.
  complaint: of(401, 404, 404, 404, 404, 200, 404),
  complaintFile: NOT_THERE,
  revealComplainant: of(401, 404, 404, 404, 404, 200, 404),
  assignComplaint: of(401, 404, 404, 404, 404, 200, 404),
  investigateComplaint: of(401, 404, 404, 404, 404, 200, 404),
  answerComplaint: of(401, 404, 404, 404, 404, 409, 404),
  checkFromComplaint: NOT_THERE,
  inspectionFrame: SUPERVISORS_ONLY,
  // Nothing has been filed.
  drawInspection: of(401, 403, 403, 403, 403, 422, 422),
  inspections: SIGNED_IN,
  inspection: of(401, 404, 404, 404, 404, 200, 404),
  inspectionIds: of(401, 404, 404, 404, 404, 200, 404),
  checks: SIGNED_IN,
  check: of(401, 404, 404, 404, 404, 200, 404),
  concludeCheck: of(401, 404, 404, 404, 404, 200, 404),
  inquiries: SIGNED_IN,
  answerInquiry: NOT_THERE,
  concludeInquiry: of(401, 404, 404, 404, 404, 200, 404),
  recordMisconduct: of(401, 403, 403, 403, 403, 201, 404),
  misconducts: SIGNED_IN,
  staffedBodies: SIGNED_IN,
  referMisconduct: of(401, 404, 404, 404, 404, 200, 404),
  concludeMisconduct: NOT_THERE,
  changePassword: of(401, 422, 422, 422, 422, 422, 422),
  // Nobody here administers anything; test/api/people.test.ts has who does.
  organisations: SIGNED_IN,
  registerOrganisation: PROVINCE_ONLY,
  organisation: NOBODY,
  changeOrganisation: NOBODY,
  closingPreview: NOBODY,
  closeOrganisation: NOBODY,
  unplacedPeople: NOBODY,
  units: SIGNED_IN,
  places: SIGNED_IN,
  staff: NOBODY,
  registerPerson: NOBODY,
  resetPassword: NOBODY,
  changeAffiliation: NOBODY,
  career: SIGNED_IN,
  roles: NOBODY,
  grantRole: NOBODY,
  endRole: NOBODY,
  merges: PROVINCE_ONLY,
  previewMerge: PROVINCE_ONLY,
  proposeMerge: PROVINCE_ONLY,
  mergeEffects: PROVINCE_ONLY,
  confirmMerge: PROVINCE_ONLY,
  undoMerge: PROVINCE_ONLY,
  withdrawMerge: PROVINCE_ONLY,
  moves: NOBODY,
  requestMove: NOBODY,
  myMoves: SIGNED_IN,
  requestOwnMove: NOBODY,
  answerMove: NOBODY,
  withdrawMove: NOBODY,
  live: EVERYBODY,
  ready: of(503, 503, 503, 503, 503, 503, 503),
};

let bench: Bench;
const people = {} as Record<Relation, Caller | undefined>;
let colleague: Caller;
beforeAll(async () => {
  bench = await makeBench();
  const { world } = bench;
  const superiorAt = async (organisationId: string): Promise<Caller> => {
    const caller = await world.declarant('emp-county');
    await bench.db
      .insertInto('role_holding')
      .values({
        person_id: caller.personId,
        organisation_id: organisationId,
        role: 'supervisor',
        from_on: '2026-01-01',
        until_on: null,
      })
      .execute();
    return caller;
  };
  colleague = world.officer('emp-city', 'first-reviewer', 1);
  Object.assign(people, {
    anonymous: undefined,
    owner: await world.declarant('emp-city'),
    stranger: await world.declarant('emp-city'),
    reviewer: world.officer('emp-city', 'first-reviewer'),
    elsewhere: world.officer('hrss-420500', 're-reviewer'),
    superior: await superiorAt('hrss-420500'),
    otherSuperior: await superiorAt('hrss-420502'),
  });
});
afterAll(() => bench.close());

type Fixture = {
  sanctionId: string;
  orderId: string;
  escalationId: string;
  leaveId: string;
  viewId: string;
  replyId: string;
  relationId: string;
  reviewId: string;
  rejectedEvidenceId: string;
  supervised: Supervised;
  deferralId: string;
  claimId: string;
  taskId: string;
  evidenceId: string;
  completionId: string;
};

/** A valid request for the route about the fixture's claim, so that only who asks decides. */
function requestFor(name: RouteName, fixture: Fixture): How {
  const { orderId, deferralId, claimId, taskId, evidenceId, completionId } = fixture;
  const { reviewId, rejectedEvidenceId } = fixture;
  const { supervised } = fixture;
  const key = { 'idempotency-key': randomUUID() };
  const claim = { params: { id: claimId } };
  const task = { params: { id: taskId } };
  const unit = { params: { id: 'emp-city' } };
  const trainingOf = { params: { id: 'emp-city', trainingId: randomUUID() } };
  const planned = { title: '计划', month: 5, subject: 'professional', hundredths: 800 };
  const archived = {
    title: '培训',
    place: '会议室',
    organiserName: '医务科',
    mode: 'offline',
    days: [{ on: '2026-05-11', hundredths: 800 }],
    plannedId: null,
  };
  const entry = { title: '目录条目', hundredths: 300 };
  const course = { ...entry, subject: 'public', fromOn: '2026-01-01', untilOn: null };
  const courseware = { ...entry, enteredOn: '2026-01-01', withdrawnOn: null };
  const attributes = { name: '新机构', regionCode: '420500' };
  const requests: Partial<Record<RouteName, How>> = {
    imports: { params: { kind: 'completions' } },
    uploadImport: anUpload(),
    import: { params: { id: randomUUID() } },
    importRows: { params: { id: randomUUID() } },
    importErrors: { params: { id: randomUUID() } },
    listTemplate: { params: { list: 'completions' } },
    confirmImport: { params: { id: randomUUID() } },
    cancelImport: { params: { id: randomUUID() } },
    createCourse: { headers: key, body: { code: 'C-1', ...course } },
    saveCourse: { params: { code: 'C-1' }, body: { ...course, revision: 1 } },
    createCourseware: {
      headers: key,
      body: { code: 'C-1', ...courseware, lecturers: [{ name: '教师', idNumber: '420500199001010000' }] },
    },
    saveCourseware: { params: { code: 'C-1' }, body: { ...courseware, revision: 1 } },
    createRecognitionDocument: { headers: key, body: aDocument() },
    saveRecognitionDocument: { params: { id: randomUUID() }, body: { ...aDocument(), revision: 1 } },
    requestDeferral: {
      headers: key,
      body: { year: 2026, reason: 'illness', explanation: '住院', until: '2027-06-30' },
    },
    deferral: { params: { id: deferralId } },
    reportFraud: {
      headers: { 'idempotency-key': randomUUID() },
      body: { claimIds: [claimId], year: 2026, source: 'review', explanation: '证明系伪造' },
    },
    sanction: { params: { id: fixture.sanctionId } },
    uploadSanctionFile: { params: { id: fixture.sanctionId }, ...upload(aPdf()) },
    sanctionFile: { params: { id: fixture.sanctionId, fileId: randomUUID() } },
    giveSanctionNotice: { params: { id: fixture.sanctionId }, body: { charge: '证明系伪造' } },
    extendDefence: { params: { id: fixture.sanctionId }, body: { until: '2026-01-01', reason: '住院' } },
    stateDefence: {
      params: { id: fixture.sanctionId },
      headers: { 'idempotency-key': randomUUID() },
      body: { text: '属实' },
    },
    sanctionImpact: { params: { id: fixture.sanctionId }, body: {} },
    proposeSanction: {
      params: { id: fixture.sanctionId },
      headers: { 'idempotency-key': randomUUID() },
      body: { kind: 'impose', reason: '属实', version: 1 },
    },
    answerSanctionProposal: {
      params: { id: fixture.sanctionId },
      body: { answer: 'confirm', proposalId: randomUUID(), version: 1 },
    },
    appealSanction: {
      params: { id: fixture.sanctionId },
      headers: { 'idempotency-key': randomUUID() },
      body: { text: '不服' },
    },
    reportTitleOrder: { params: { id: randomUUID() }, body: { report: '已撤销' } },
    answerTitleReport: { params: { id: randomUUID() }, body: { answer: 'accept' } },
    uploadDeferralProof: { params: { id: deferralId }, ...upload(aPdf()) },
    deferralProof: { params: { id: deferralId, fileId: randomUUID() } },
    decideDeferral: { params: { id: deferralId }, body: { outcome: 'refuse', explanation: '材料不足' } },
    shortenDeferral: { params: { id: deferralId }, body: { until: '2027-01-31', explanation: '提前' } },
    revokeDeferral: { params: { id: deferralId }, body: { explanation: '不符' } },
    requestReconsideration: { ...claim, headers: key, body: { grounds: '请复核' } },
    reconsideration: { params: { id: reviewId } },
    seeForReconsideration: { params: { id: reviewId }, body: { evidenceIds: [rejectedEvidenceId] } },
    decideReconsideration: {
      params: { id: reviewId },
      body: { decisionId: randomUUID(), outcome: 'uphold', reason: '证明不足', article: '11' },
    },
    extendTitle: { params: { id: deferralId }, body: { years: 1, explanation: '无正当理由' } },
    endTitleExtension: { params: { id: deferralId }, body: { explanation: '登记有误' } },
    withdrawDeferral: { params: { id: deferralId } },
    makeUp: { params: { year: 2026 } },
    previewMakeUp: { params: { id: completionId } },
    assignMakeUp: { params: { id: completionId }, headers: key },
    orderRectification: {
      headers: key,
      body: {
        targetId: 'emp-city',
        violation: 'no-archive',
        facts: '未建档案',
        requirement: '建立档案',
        dueOn: '2027-01-31',
      },
    },
    fileComplaint: { headers: key, body: { topic: 'other', content: '举报内容', regionCode: '420500' } },
    addComplaintFile: {
      ...upload(aPdf()),
      headers: { ...upload(aPdf()).headers, 'x-complaint-code': 'ABCD-EFGH-JKLM-NPQR' },
    },
    complaintAnswer: { body: { code: 'ABCD-EFGH-JKLM-NPQR' } },
    complaint: { params: { id: supervised.complaintId } },
    complaintFile: { params: { id: supervised.complaintId, fileId: randomUUID() } },
    revealComplainant: { params: { id: supervised.complaintId } },
    assignComplaint: { params: { id: supervised.complaintId }, body: { handlerId: 'ind-420500-health' } },
    investigateComplaint: { params: { id: supervised.complaintId }, body: { finding: 'true', investigation: '属实' } },
    answerComplaint: { params: { id: supervised.complaintId }, body: { answer: '已处理' } },
    checkFromComplaint: { params: { id: supervised.complaintId }, body: { claimNumber: 999_999 } },
    inspectionFrame: { query: { kind: 'random', year: 2026 } },
    drawInspection: { headers: key, body: { kind: 'random', year: 2026, title: '抽查', size: 5 } },
    inspection: { params: { id: supervised.inspectionId } },
    inspectionIds: { params: { id: supervised.inspectionId } },
    check: { params: { id: supervised.checkId } },
    concludeCheck: { params: { id: supervised.checkId }, body: { outcome: 'passed', conclusion: '属实' } },
    answerInquiry: { params: { id: supervised.inquiryId }, body: { answer: '已应用' } },
    concludeInquiry: { params: { id: supervised.inquiryId }, body: { outcome: 'passed', conclusion: '已应用' } },
    recordMisconduct: {
      headers: key,
      body: { organisationId: 'ind-420500-health', personName: '某人', kind: 'negligence', facts: '长期不办' },
    },
    staffedBodies: { query: { q: '卫健' } },
    referMisconduct: { params: { id: supervised.misconductId } },
    concludeMisconduct: { params: { id: supervised.misconductId }, body: { outcome: '已批评教育' } },
    rectifiable: { query: { q: '单位' } },
    rectification: { params: { id: orderId } },
    addRectificationFile: { params: { id: orderId }, ...upload(aPdf()) },
    rectificationFile: { params: { id: orderId, fileId: randomUUID() } },
    reportRectification: { params: { id: orderId }, body: { report: '已建立' } },
    acceptRectification: { params: { id: orderId }, body: {} },
    returnRectification: { params: { id: orderId }, body: { dueOn: '2027-02-28', explanation: '不全' } },
    extendRectification: { params: { id: orderId }, body: { dueOn: '2027-02-28', explanation: '宽限' } },
    withdrawRectification: { params: { id: orderId }, body: { explanation: '有误' } },
    signIn: { body: { username: `nobody-${randomUUID()}`, password: 'wrong' } },
    year: { params: { year: 2026 } },
    yearCertificates: { params: { year: 2026 } },
    issueCertificate: { params: { year: 2026 } },
    certificatePdf: { params: { year: 2026 } },
    certificateSignature: { params: { year: 2026 } },
    certificateKey: { params: { keyId: testPrinter().keys.published[0].id } },
    verify: { params: { code: '0000-0000-0000-0000-0000' } },
    printCertificates: { params: { id: 'emp-city' }, body: { year: 2026 } },
    certificateBatch: { params: { id: 'emp-city', batchId: randomUUID() } },
    certificateBatchFile: { params: { id: 'emp-city', batchId: randomUUID() } },
    preview: { body: { declared: conference(), hasEvidence: true } },
    createClaim: { body: { declared: conference(randomUUID()) } },
    claim,
    saveClaim: { ...claim, body: { declared: conference(), revision: 1 } },
    discardClaim: claim,
    uploadEvidence: { ...claim, ...upload(aPdf()) },
    evidenceFile: { params: { id: claimId, evidenceId } },
    removeEvidence: { params: { id: claimId, evidenceId } },
    submitClaim: { ...claim, headers: key, body: { revision: 1 } },
    resubmitClaim: { ...claim, headers: key, body: { revision: 1 } },
    withdrawClaim: { ...claim, headers: key },
    finding: { params: { id: randomUUID() } },
    tryRepair: { params: { id: randomUUID() }, body: { kind: 'close' } },
    repair: { params: { id: randomUUID() }, headers: key, body: { kind: 'close', reason: '没有权限', version: 'x' } },
    answerRepair: { params: { id: randomUUID() }, body: { confirms: true } },
    repairAll: { headers: key, body: { class: 'overdue', kind: 'close', reason: '没有权限', expected: 1 } },
    answerRepairBulk: { params: { id: randomUUID() }, body: { confirms: true } },
    startWhatIf: { headers: key, body: { year: 2026, figures: { examHours: 5000 } } },
    whatIf: { params: { id: randomUUID() } },
    whatIfChanges: { params: { id: randomUUID() } },
    whatIfExport: { params: { id: randomUUID() } },
    cancelWhatIf: { params: { id: randomUUID() } },
    checkAuditChain: { body: { from: 1 } },
    personYear: { params: { id: people.owner?.personId, year: 2026 } },
    revokeClaim: { ...claim, headers: key, body: { reason: '抽查不符', article: '20' } },
    revokeCompletion: { params: { id: completionId }, headers: key, body: { reason: '登记有误', article: '20' } },
    decideMany: { body: { decisions: [{ taskId, ...approval() }] } },
    task,
    colleagues: task,
    claimTask: task,
    releaseTask: task,
    transferTask: { ...task, body: { toPersonId: colleague.personId } },
    decide: { ...task, body: approval() },
    statistics: { query: { year: 2026 } },
    statisticsWork: { query: { year: 2026 } },
    statisticsPeople: { query: { year: 2026 } },
    statisticsClaims: { query: { year: 2026 } },
    statisticsExport: { query: { year: 2026 } },
    readNotices: { body: { all: true } },
    changeContact: { body: { email: null, phone: null, emailWish: 'off', smsWish: 'off' } },
    issueMachine: { headers: key, body: { name: '评审系统', organisationId: 'hrss-420000', scopes: ['title-review'] } },
    yearClose: { params: { year: 2026 } },
    startYearClose: { params: { year: 2026 } },
    ledgerCase: { params: { id: randomUUID() } },
    closeLedgerCase: { params: { id: randomUUID() }, body: { reason: '已查明' } },
    endMachine: { params: { id: randomUUID() } },
    previewMerge: { body: A_PAIR },
    proposeMerge: { headers: key, body: { ...A_PAIR, reason: '重复登记' } },
    mergeEffects: { params: { id: randomUUID() } },
    confirmMerge: { params: { id: randomUUID() } },
    undoMerge: { params: { id: randomUUID() }, body: { reason: '合并有误' } },
    withdrawMerge: { params: { id: randomUUID() } },
    seeEvidence: { ...task, body: { evidenceIds: [evidenceId] } },
    recuse: { ...task, body: { relation: 'relative' } },
    takeBack: task,
    saveView: { headers: key, body: { name: '只看逾期', filter: { overdue: true } } },
    changeView: { params: { id: fixture.viewId }, body: { name: '改名' } },
    removeView: { params: { id: fixture.viewId } },
    saveReply: { headers: key, body: { text: '请补充盖章页' } },
    changeReply: { params: { id: fixture.replyId }, body: { text: '请补充盖章页' } },
    removeReply: { params: { id: fixture.replyId } },
    nudgeClaim: { ...claim, headers: key },
    urge: { params: { id: fixture.escalationId }, headers: key, body: { note: '请尽快办理' } },
    copyTask: { ...task, body: { personIds: [colleague.personId] } },
    recordLeave: { headers: key, body: { ...aLeave(), standInId: colleague.personId } },
    endLeave: { params: { id: fixture.leaveId } },
    declareRelation: { headers: key, body: { name: '亲属', idNumber: '11010519491231002X', relation: 'spouse' } },
    endRelation: { params: { id: fixture.relationId } },
    unitPeople: { ...unit, query: { year: 2026 } },
    remindPeople: { ...unit, body: { year: 2026, people: { all: true } } },
    plan: { ...unit, query: { year: 2026 } },
    addPlanned: { ...unit, headers: key, body: { year: 2026, ...planned } },
    savePlanned: { params: { id: 'emp-city', plannedId: randomUUID() }, body: { revision: 1, ...planned } },
    removePlanned: { params: { id: 'emp-city', plannedId: randomUUID() } },
    trainings: { ...unit, query: { year: 2026 } },
    addTraining: { ...unit, headers: key, body: archived },
    training: trainingOf,
    saveTraining: { ...trainingOf, body: { revision: 1, ...archived } },
    addTrainingFile: { ...trainingOf, ...upload(aPdf()) },
    trainingFile: { params: { ...trainingOf.params, fileId: randomUUID() } },
    removeTrainingFile: { params: { ...trainingOf.params, fileId: randomUUID() } },
    attendees: trainingOf,
    recordAttendance: { ...trainingOf, body: { preview: true, rows: [{ row: 1, workNumber: '1' }] } },
    recordAttendanceFile: { ...trainingOf, query: { preview: 'true' }, ...upload(Buffer.from('工号\n0001')) },
    removeAttendee: { params: { ...trainingOf.params, personId: randomUUID() } },
    proposeClaims: { ...trainingOf, body: { preview: true } },
    confirmProposal: { params: { id: randomUUID() }, headers: key, body: { revision: 1 } },
    objectToProposal: { params: { id: randomUUID() }, body: { reason: '没有参加' } },
    roles: { params: { id: 'emp-city' } },
    grantRole: {
      params: { id: 'emp-city' },
      headers: key,
      body: { personId: colleague.personId, role: 'first-reviewer', fromOn: '2099-01-01' },
    },
    endRole: { params: { id: 'emp-city', holdingId: randomUUID() }, body: { untilOn: '2099-01-01' } },
    moves: { params: { id: 'emp-city' } },
    requestMove: {
      params: { id: 'emp-city' },
      headers: key,
      body: { name: '新人', idNumber: '11010519491231002X', fromOn: '2026-11-01' },
    },
    requestOwnMove: { headers: key, body: { toEmployerId: 'emp-nowhere', fromOn: '2026-11-01' } },
    answerMove: { params: { id: randomUUID() }, body: { side: 'person', accepts: true } },
    withdrawMove: { params: { id: randomUUID() } },
    changePassword: { body: { current: 'wrong', next: 'long-enough-2026' } },
    registerOrganisation: { headers: key, body: { kind: 'education-base', ...attributes } },
    organisation: { params: { id: 'emp-city' } },
    changeOrganisation: { params: { id: 'emp-city' }, body: { fromOn: '2099-01-01', ...attributes } },
    closingPreview: { params: { id: 'emp-city' } },
    closeOrganisation: { params: { id: 'emp-city' }, body: { successorId: 'hrss-420500', reason: '注销' } },
    unplacedPeople: { params: { id: 'hrss-420500' } },
    units: { query: { q: '单位' } },
    organisers: { query: { q: '人社' } },
    staff: { params: { id: 'emp-city' } },
    registerPerson: {
      params: { id: 'emp-city' },
      headers: key,
      body: { name: '新人', idNumber: '11010519491231002X', fromOn: '2026-11-01' },
    },
    resetPassword: { params: { id: 'emp-city', personId: colleague.personId } },
    linkOwnIdentity: { body: { password: 'any' } },
    linkIdentity: { params: { id: 'emp-city', personId: colleague.personId }, body: { code: 'abcd-2345' } },
    unlinkIdentity: { params: { id: 'emp-city', personId: colleague.personId } },
    changeAffiliation: {
      params: { id: 'emp-city', personId: colleague.personId },
      body: { fromOn: '2099-01-01', industryCode: 'health' },
    },
  };
  return requests[name] ?? {};
}

const aLeave = () => ({
  organisationId: 'emp-city',
  role: 'first-reviewer',
  fromOn: '2099-01-01',
  untilOn: '2099-01-03',
});

/** What each of these routes is about: the claim's task escalated to the city's HRSS authority, the reviewer's leave and relation. */
async function lateness(name: RouteName, { claimId, taskId }: { claimId: string; taskId: string }) {
  const { db } = bench;
  const reviewer = people.reviewer?.personId ?? '';
  const ids = { escalationId: randomUUID(), leaveId: randomUUID(), relationId: randomUUID() };
  if (name === 'urge')
    await db
      .insertInto('escalation')
      .values({
        id: ids.escalationId,
        task_id: taskId,
        claim_id: claimId,
        organisation_id: 'hrss-420500',
        own: false,
        escalated_on: '2026-11-20',
      })
      .execute();
  if (name === 'endLeave' || name === 'recordLeave') await db.deleteFrom('leave').execute();
  if (name === 'endLeave')
    await db
      .insertInto('leave')
      .values({
        id: ids.leaveId,
        person_id: reviewer,
        organisation_id: 'emp-city',
        role: 'first-reviewer',
        stand_in_id: colleague.personId,
        from_on: '2099-01-01',
        until_on: '2099-01-03',
        recorded_by: reviewer,
        recorded_at: new Date(),
        request_key: randomUUID(),
      })
      .execute();
  if (name === 'endRelation')
    await db
      .insertInto('declared_relation')
      .values({
        id: ids.relationId,
        person_id: reviewer,
        other_id: null,
        other_name: '亲属',
        other_number_masked: '110***********002X',
        relation: 'spouse',
        declared_at: new Date(),
        request_key: randomUUID(),
      })
      .execute();
  return ids;
}

/** A view and a reply of the reviewer's, and nobody's else. */
async function arranged() {
  const { db } = bench;
  const ids = { viewId: randomUUID(), replyId: randomUUID() };
  const of = { person_id: people.reviewer?.personId ?? '', request_key: randomUUID() };
  await Promise.all([db.deleteFrom('saved_view').execute(), db.deleteFrom('saved_reply').execute()]);
  await db
    .insertInto('saved_view')
    .values({ id: ids.viewId, name: '视图', filter: JSON.stringify({ box: 'todo' }), ...of })
    .execute();
  await db
    .insertInto('saved_reply')
    .values({ id: ids.replyId, text: '常用语', code: null, article: null, ...of })
    .execute();
  return ids;
}

const completedBy = async (person: Caller): Promise<string> => {
  const { id } = await bench.db
    .insertInto('platform_completion')
    .values({
      person_id: person.personId,
      year: 2026,
      course: randomUUID(),
      title: '平台课程',
      subject: 'public',
      hundredths: 300,
      completed_on: '2026-06-01',
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
};

const anUpload = (): How => {
  const file = upload(Buffer.from('姓名,身份证号'), '名单.csv', 'text/csv');
  return { params: { kind: 'completions' }, ...file, headers: { ...file.headers, 'idempotency-key': randomUUID() } };
};
/** An undecided review of a rejection by the unit. */
async function reviewOf(person: Caller): Promise<Pick<Fixture, 'reviewId' | 'rejectedEvidenceId'>> {
  const claim = await underReview(bench, person, conference(randomUUID()));
  const body = { ...approval(), outcome: 'reject', reasons: [{ code: 'other', article: '11', text: '不符' }] };
  await bench.call('decide', { as: people.reviewer, params: { id: claim.taskId }, body });
  await openNext(bench.db, claim.claimId);
  const asked = await bench.call('requestReconsideration', {
    as: person,
    params: { id: claim.claimId },
    headers: { 'idempotency-key': randomUUID() },
    body: { grounds: '请复核' },
  });
  return { reviewId: asked.json.id, rejectedEvidenceId: claim.evidenceId };
}

/** An undecided deferral of the person, the only one. */
async function requestedBy({ personId }: Caller): Promise<string> {
  await bench.db.deleteFrom('deferral').where('person_id', '=', personId).execute();
  const { id } = await bench.db
    .insertInto('deferral')
    .values({
      person_id: personId,
      year: 2026,
      employer_id: 'emp-city',
      decider_id: 'emp-city',
      hrss_id: 'hrss-420500',
      reason: 'illness',
      explanation: '住院',
      requested_until: '2027-06-30',
      until_on: null,
      request_key: randomUUID(),
      requested_at: new Date(),
      decided_by: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** A case about the person, who has been told of it. */
async function heard({ personId }: Caller): Promise<string> {
  const officer = { organisationId: 'hrss-420500', role: 'supervisor' as const };
  const by = { ...(people.superior as Caller), holdings: [officer] };
  const opened = await bench.db
    .transaction()
    .execute((trx) =>
      openSanction(trx, by, { personId, year: 2026, claimIds: [], source: 'inspection', explanation: '证明系伪造' }),
    );
  if (!opened.ok) throw new Error('no case');
  await giveNotice(bench.db, by, { id: opened.value.id, charge: '证明系伪造' });
  return opened.value.id;
}

/** An order of the city's authority to emp-city. */
async function ordered(by: Caller): Promise<string> {
  const { id } = await bench.db
    .insertInto('rectification')
    .values({
      body_id: 'hrss-420500',
      target_id: 'emp-city',
      violation: 'no-archive',
      facts: '未建档案',
      requirement: '建立档案',
      due_on: '2027-01-31',
      source_kind: null,
      source_id: null,
      ordered_by: by.personId,
      ordered_at: new Date(),
      request_key: randomUUID(),
      report: null,
      reported_by: null,
      escalated_to: null,
      accepted_by: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** What a route is asked about. */
async function fixtureOf(name: RouteName): Promise<Fixture> {
  const [owner, superior] = [people.owner as Caller, people.superior as Caller];
  const review = await underReview(bench, owner, conference(randomUUID()));
  return {
    ...review,
    deferralId: await requestedBy(owner),
    orderId: await ordered(superior),
    ...(name.endsWith('econsideration') ? await reviewOf(owner) : { reviewId: '', rejectedEvidenceId: '' }),
    supervised: await supervisedBy(bench.db, superior, { claimId: review.claimId, personId: owner.personId }),
    sanctionId: name in sanctionsRoutes ? await heard(owner) : '',
    ...(await lateness(name, review)),
    ...(await arranged()),
    completionId: await completedBy(owner),
  };
}

describe.each(Object.keys(ROUTES) as RouteName[])('%s', (name) => {
  // One for all who are refused, since a refusal must change nothing, and all who only read; a new one after each change.
  let fixture: Fixture | undefined;
  test.each(PEOPLE)('%s', async (relation) => {
    fixture ??= await fixtureOf(name);
    await bench.db.deleteFrom('login_attempt').execute();
    if (name === 'requestDeferral') await bench.db.deleteFrom('deferral').execute();
    // Signing out must not end the sessions of the other rows.
    const as = name === 'signOut' || name === 'signIn' ? undefined : people[relation];
    if (name === 'decide' && as !== undefined) await lookAtEvidence(bench.db, as, fixture.taskId);
    const answer = await bench.call(name, { as, ...requestFor(name, fixture) });
    if (answer.status < 400 && ROUTES[name].method !== 'GET') fixture = undefined;
    expect([answer.status, answer.body.slice(0, 300)]).toEqual([MATRIX[name][relation], expect.anything()]);
    if (answer.status >= 400 && name !== 'ready') expect(answer.headers['content-type']).toMatch(/problem\+json/);
  });
});

test('in a bulk decision another pool’s task is not found, whoever asks', async () => {
  const { taskId } = await underReview(bench, people.owner as Caller, conference(randomUUID()));
  const answer = await bench.call('decideMany', {
    as: people.elsewhere,
    body: { decisions: [{ taskId, ...approval() }] },
  });
  expect(answer.json.items).toMatchObject([{ ok: false, problem: { code: 'not-found' } }]);
});

test('nobody decides on their own claim', async () => {
  const officer = people.reviewer as Caller;
  await bench.db
    .insertInto('affiliation')
    .values({
      person_id: officer.personId,
      employer_id: 'emp-city',
      unit_kind: 'ordinary',
      archive_agency_id: null,
      level: 'city',
      region_code: '420500',
      industry_code: 'health',
      from_on: '2020-01-01',
      until_on: null,
    })
    .execute();
  const { taskId } = await underReview(bench, officer, conference('审核员自己的会议'));
  const seen = await bench.call('task', { as: officer, params: { id: taskId } });
  expect(seen.json).toMatchObject({ task: { own: true }, permissions: { decide: false, claim: false } });
  const answer = await bench.call('decide', { as: officer, params: { id: taskId }, body: approval() });
  expect([answer.status, answer.json.code]).toEqual([403, 'own-claim']);
});
