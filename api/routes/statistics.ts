import type { FastifyInstance } from 'fastify';
import type { AuditFacts } from '../../contract/audit-detail.ts';
import type { Outcomes, Refusal } from '../../contract/problems.ts';
import { EXPORTS } from '../../contract/statistics.ts';
import { noteStatisticsRead } from '../../db/acts/statistics.ts';
import { overseeing, type Scope } from '../../db/read/scope.ts';
import { readChoices, readOverview } from '../../db/read/statistics.ts';
import { decodeEmployersPage } from '../../db/read/statistics-employers.ts';
import { readClaims, readPeople } from '../../db/read/statistics-lists.ts';
import { readWork } from '../../db/read/statistics-work.ts';
import type { Deps } from '../deps.ts';
import { exportStatistics } from '../exports/statistics.ts';
import { today } from '../plugins/identity.ts';
import { given, refused, serve } from '../serve.ts';
import { BAD_CURSOR } from './claims.ts';

/** Statistics (Art. 12): numbers and lists of what the caller oversees. */
export function statisticsRoutes(app: FastifyInstance, { db }: Deps): void {
  const forOverseers = async <T>(scope: Scope, asked: AuditFacts, read: () => Promise<T>): Promise<Outcomes<T>> => {
    if (overseeing(scope).length > 0) return given(await read());
    await noteStatisticsRead(db, scope, 'statistics.denied', asked);
    return refused(OVERSEES_NOTHING);
  };
  serve(app, 'statistics', async ({ scope, query }) => {
    if (query.after !== undefined && decodeEmployersPage(query.after) === null) return refused(BAD_CURSOR);
    return forOverseers(scope, factsOf(query), () => readOverview(db, scope, query, today()));
  });
  serve(app, 'statisticsWork', ({ scope, query }) =>
    forOverseers(scope, query, () => readWork(db, scope, query, today())),
  );
  serve(app, 'statisticsChoices', ({ scope }) => forOverseers(scope, {}, () => readChoices(db, scope, today())));
  serve(app, 'statisticsPeople', ({ scope, query }) =>
    forOverseers(scope, factsOf(query), async () => {
      await noteStatisticsRead(db, scope, 'statistics.people', factsOf(query));
      return readPeople(db, scope, query, today());
    }),
  );
  serve(app, 'statisticsExport', ({ scope, query, reply }) =>
    forOverseers(scope, query, async () => {
      await noteStatisticsRead(db, scope, 'statistics.export', query);
      const name = `${EXPORTS[query.what]}-${String(query.year)}-${today()}.${query.format}`;
      const file = await exportStatistics({ db, scope, query, asOf: today() });
      void reply
        .header('content-type', TYPES[query.format])
        .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`);
      return file;
    }),
  );
  serve(app, 'statisticsClaims', ({ scope, query }) =>
    forOverseers(scope, factsOf(query), () => readClaims(db, scope, query, today())),
  );
}

/** What was asked; how far somebody has read on is no fact of it. */
const factsOf = <T extends { after?: unknown; limit?: unknown }>({ after: _after, limit: _limit, ...asked }: T) =>
  asked;

const TYPES = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv; charset=utf-8',
  pdf: 'application/pdf',
} as const;

const OVERSEES_NOTHING: Refusal = {
  code: 'forbidden',
  detail: '您没有可查看统计的岗位。',
  fix: '统计供主管部门的监督、管理、审计人员和单位管理员查看；如应查看，请联系本机构管理员登记岗位。',
  provision: '12',
};
