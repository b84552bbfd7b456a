import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyInstance, type FastifyRequest, LogController } from 'fastify';
import { createSerializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { logRules } from '../contract/faults.ts';
import type { Deps } from './deps.ts';
import { speakChinese } from './messages.ts';
import { admit } from './plugins/admission.ts';
import { document } from './plugins/document.ts';
import { guard } from './plugins/guards.ts';
import { identify } from './plugins/identity.ts';
import { observed } from './plugins/observed.ts';
import { traced } from './plugins/traced.ts';
import { pages } from './plugins/web.ts';
import { answerBadAddress, answerBrokenRequest, answerErrors } from './problems.ts';
import { auditRoutes } from './routes/audit.ts';
import { certificateRoutes } from './routes/certificates.ts';
import { claimRoutes } from './routes/claims.ts';
import { complaintRoutes } from './routes/complaints.ts';
import { completionRoutes } from './routes/completions.ts';
import { courseRoutes } from './routes/courses.ts';
import { coursewareRoutes } from './routes/courseware.ts';
import { deferralRoutes } from './routes/deferrals.ts';
import { deskRoutes } from './routes/desk.ts';
import { documentRoutes } from './routes/documents.ts';
import { evidenceRoutes } from './routes/evidence.ts';
import { healthRoutes } from './routes/health.ts';
import { identityRoutes } from './routes/identities.ts';
import { importRoutes } from './routes/imports.ts';
import { inspectionRoutes } from './routes/inspections.ts';
import { leaveRoutes } from './routes/leaves.ts';
import { ledgerCaseRoutes } from './routes/ledger-cases.ts';
import { machineRoutes } from './routes/machines.ts';
import { makeUpRoutes } from './routes/make-up.ts';
import { mergeRoutes } from './routes/merges.ts';
import { misconductRoutes } from './routes/misconducts.ts';
import { moveRoutes } from './routes/moves.ts';
import { noticeRoutes } from './routes/notices.ts';
import { organisationRoutes } from './routes/organisations.ts';
import { overdueRoutes } from './routes/overdue.ts';
import { overviewRoutes } from './routes/overview.ts';
import { peopleRoutes } from './routes/people.ts';
import { planRoutes } from './routes/plans.ts';
import { proposalRoutes } from './routes/proposals.ts';
import { reconsiderationRoutes } from './routes/reconsiderations.ts';
import { rectificationRoutes } from './routes/rectifications.ts';
import { repairsRoutes } from './routes/repairs.ts';
import { revocationRoutes } from './routes/revocations.ts';
import { roleRoutes } from './routes/roles.ts';
import { sanctionRoutes } from './routes/sanctions.ts';
import { sessionRoutes } from './routes/session.ts';
import { statisticsRoutes } from './routes/statistics.ts';
import { taskRoutes } from './routes/tasks.ts';
import { titleReviewRoutes } from './routes/title-review.ts';
import { trainingRoutes } from './routes/trainings.ts';
import { unitPeopleRoutes } from './routes/unit-people.ts';
import { verifyRoutes } from './routes/verify.ts';
import { whatIfRoutes } from './routes/what-if.ts';
import { yearCloseRoutes } from './routes/year-close.ts';
import { yearRoutes } from './routes/years.ts';

const BODY_LIMIT_BYTES = 1024 * 1024;
/** An evidence file of 10 MB over a line of 1 Mbit/s, with time to spare; whoever sends more slowly than that holds a place for nothing. */
const RECEIVE_MS = 180_000;
const HEADERS_MS = 20_000;
/** A caller who neither sends nor reads for so long has gone. */
const SILENCE_MS = 120_000;
const MAX_CONNECTIONS = 5_000;

const ROUTES: readonly ((app: FastifyInstance, deps: Deps) => void | Promise<void>)[] = [
  sessionRoutes,
  identityRoutes,
  yearRoutes,
  claimRoutes,
  evidenceRoutes,
  statisticsRoutes,
  taskRoutes,
  deskRoutes,
  noticeRoutes,
  completionRoutes,
  machineRoutes,
  organisationRoutes,
  peopleRoutes,
  roleRoutes,
  mergeRoutes,
  moveRoutes,
  titleReviewRoutes,
  revocationRoutes,
  whatIfRoutes,
  certificateRoutes,
  unitPeopleRoutes,
  planRoutes,
  trainingRoutes,
  proposalRoutes,
  verifyRoutes,
  yearCloseRoutes,
  ledgerCaseRoutes,
  courseRoutes,
  coursewareRoutes,
  documentRoutes,
  importRoutes,
  deferralRoutes,
  auditRoutes,
  sanctionRoutes,
  makeUpRoutes,
  rectificationRoutes,
  overdueRoutes,
  repairsRoutes,
  overviewRoutes,
  leaveRoutes,
  reconsiderationRoutes,
  complaintRoutes,
  inspectionRoutes,
  misconductRoutes,
  healthRoutes,
];

/** The API and the pages, apart from listening. */
export async function buildApp(deps: Deps): Promise<FastifyInstance> {
  speakChinese();
  const app = create(deps);
  observed(app, deps);
  traced(app, deps);
  answerErrors(app);
  await admit(app, deps);
  await guard(app, deps);
  await document(app);
  identify(app, deps);
  await app.register(async (scoped) => {
    for (const routes of ROUTES) await routes(scoped, deps);
  });
  await pages(app, deps.config.webFolder);
  await app.ready();
  return app;
}

function create({ config }: Deps): FastifyInstance {
  const app = Fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: RECEIVE_MS,
    connectionTimeout: SILENCE_MS,
    http: { headersTimeout: HEADERS_MS },
    clientErrorHandler: answerBrokenRequest,
    // A request's id joins its log line, its audit row, the answer's traceId and, without its dashes, its trace; a caller cannot choose it.
    frameworkErrors: answerBadAddress,
    // A request's id joins its log line, its audit row and the answer's traceId; a caller cannot choose it.
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    trustProxy: config.trustedProxies ?? false,
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: 'idle',
    logger: {
      level: config.logLevel,
      name: 'api',
      ...logRules,
      serializers: { ...logRules.serializers, req: withoutPersonalData },
      ...(config.logStream && { stream: config.logStream }),
    },
    // Two lines a request would cost more than reading an inbox page; failures are logged where they are answered.
    logController: new LogController({ disableRequestLogging: true }),
  });
  app.server.maxConnections = MAX_CONNECTIONS;
  app.setValidatorCompiler(validatorCompiler);
  const checked = createSerializerCompiler({});
  // Handlers are typed by the same schemas: checking each answer again at run time is for the tests.
  app.setSerializerCompiler(config.checkAnswers === true ? checked : () => (data) => JSON.stringify(data));
  return app;
}

/** A log line names the route, not the address: a search text is somebody's name. */
const withoutPersonalData = (request: FastifyRequest) => ({
  method: request.method,
  route: request.routeOptions.url,
});
