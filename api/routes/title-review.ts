import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import type { ReviewBatch, ReviewQuery, ReviewRow, ReviewScope } from '../../contract/title-review.ts';
import { answerReviews } from '../../db/acts/title-review.ts';
import { readAccesses } from '../../db/read/accesses.ts';
import type { Deps } from '../deps.ts';
import { today } from '../plugins/identity.ts';
import { problemOf } from '../problems.ts';
import { type Ask, given, serve } from '../serve.ts';

const MINUTE_MS = 60_000;
const QUERIES_A_MINUTE = 600;
/** Of up to 500 people each. */
const BATCHES_A_MINUTE = 30;

/** The link to title review, registration and annual assessment; and who has used it, for the person concerned. */
export async function titleReviewRoutes(app: FastifyInstance, deps: Deps): Promise<void> {
  await app.register(async (single) => {
    await limitClients(single, QUERIES_A_MINUTE);
    serve(single, 'titleReviewQuery', (ask) => answerOne(deps, 'title-review', ask));
    serve(single, 'registrationQuery', (ask) => answerOne(deps, 'registration', ask));
    serve(single, 'assessmentQuery', (ask) => answerOne(deps, 'assessment', ask));
  });
  await app.register(async (many) => {
    await limitClients(many, BATCHES_A_MINUTE);
    serve(many, 'titleReviewBatch', (ask) => answerMany(deps, 'title-review', ask));
    serve(many, 'registrationBatch', (ask) => answerMany(deps, 'registration', ask));
    serve(many, 'assessmentBatch', (ask) => answerMany(deps, 'assessment', ask));
  });
  serve(app, 'myAccesses', async ({ scope, query }) => given(await readAccesses(deps.db, scope.personId, query)));
}

/** Each client has its own allowance in each process, whatever address it calls from. */
const limitClients = (app: FastifyInstance, max: number) =>
  app.register(rateLimit, { max, timeWindow: MINUTE_MS, keyGenerator: (request) => request.machine.clientId });

type Asking = Pick<Ask<'titleReviewQuery'>, 'machine' | 'request'>;

const askingOf = ({ config }: Deps, scope: ReviewScope, { machine }: Asking) => ({
  machine,
  scope,
  today: today(),
  keySecret: config.personKeySecret,
});

async function answerOne(deps: Deps, scope: ReviewScope, ask: Asking & { body: ReviewQuery }) {
  const [outcome] = await answerReviews(deps.db, askingOf(deps, scope, ask), [ask.body]);
  if (!outcome) throw new Error('one query, no outcome');
  return outcome;
}

async function answerMany(deps: Deps, scope: ReviewScope, ask: Asking & { body: ReviewBatch }) {
  const { purpose, rows } = ask.body;
  const queries = rows.map((row) => ({ purpose, ...row }));
  const outcomes = await answerReviews(deps.db, askingOf(deps, scope, ask), queries);
  const items = outcomes.map((outcome, at): ReviewRow => {
    if (outcome.ok) return { row: at + 1, ok: true, result: outcome.value };
    return { row: at + 1, ok: false, problem: problemOf(outcome.refusal, ask.request.id) };
  });
  return given({ items });
}
