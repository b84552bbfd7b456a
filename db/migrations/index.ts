import type { Migration } from 'kysely';
import * as foundation from './0001-foundation.ts';
import * as shared from './0002-shared.ts';
import * as review from './0004-review.ts';
import * as operations from './0005-operations.ts';
import * as ledger from './0006-ledger.ts';
import * as platform from './0007-platform.ts';
import * as certificates from './0008-certificates.ts';
import * as statistics from './0009-statistics.ts';
import * as titleReview from './0010-title-review.ts';
import * as yearClose from './0011-year-close.ts';
import * as notices from './0012-notices.ts';
import * as employers from './0013-employers.ts';
import * as people from './0015-people.ts';
import * as bases from './0016-bases.ts';
import * as merges from './0017-merges.ts';
import * as sanctions from './0018-sanctions.ts';
import * as supervision from './0019-supervision.ts';
import * as deferrals from './0020-deferrals.ts';
import * as overdue from './0021-overdue.ts';
import * as reconsiderations from './0022-reconsiderations.ts';
import * as makeUp from './0023-make-up.ts';
import * as statisticsTotals from './0024-statistics-totals.ts';
import * as auditChain from './0025-audit-chain.ts';
import * as whatIf from './0026-what-if.ts';
import * as auditLate from './0027-audit-late.ts';
import * as conduct from './0028-conduct.ts';
import * as catalogueKeys from './0029-catalogue-keys.ts';
import * as sanctionClosings from './0032-sanction-closings.ts';
import * as cancelledOnce from './0033-cancelled-once.ts';
import * as complaintDeadlines from './0034-complaint-deadlines.ts';
import * as seals from './0035-seals.ts';
import * as desk from './0036-desk.ts';
import * as writtenDrafts from './0038-written-drafts.ts';
import * as reconciliation from './0040-reconciliation.ts';
import * as repairs from './0041-repairs.ts';
import * as vitals from './0043-vitals.ts';
import * as imports from './0044-imports.ts';
import * as identities from './0048-identities.ts';
import * as closings from './0051-closings.ts';

/** Every migration by name; kysely runs those a database lacks, in the order of their names. There is no way back but forward. */
export const migrations: Record<string, Migration> = {
  '0001-foundation': foundation,
  '0002-shared': shared,
  '0004-review': review,
  '0005-operations': operations,
  '0006-ledger': ledger,
  '0007-platform': platform,
  '0008-certificates': certificates,
  '0009-statistics': statistics,
  '0010-title-review': titleReview,
  '0011-year-close': yearClose,
  '0012-notices': notices,
  '0013-employers': employers,
  '0015-people': people,
  '0016-bases': bases,
  '0017-merges': merges,
  '0018-sanctions': sanctions,
  '0019-supervision': supervision,
  '0020-deferrals': deferrals,
  '0021-overdue': overdue,
  '0022-reconsiderations': reconsiderations,
  '0023-make-up': makeUp,
  '0024-statistics-totals': statisticsTotals,
  '0025-audit-chain': auditChain,
  '0026-what-if': whatIf,
  '0027-audit-late': auditLate,
  '0028-conduct': conduct,
  '0029-catalogue-keys': catalogueKeys,
  '0032-sanction-closings': sanctionClosings,
  '0033-cancelled-once': cancelledOnce,
  '0034-complaint-deadlines': complaintDeadlines,
  '0035-seals': seals,
  '0036-desk': desk,
  '0038-written-drafts': writtenDrafts,
  '0040-reconciliation': reconciliation,
  '0041-repairs': repairs,
  '0043-vitals': vitals,
  '0044-imports': imports,
  '0048-identities': identities,
  '0051-closings': closings,
};
