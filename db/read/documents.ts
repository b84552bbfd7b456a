import { sql } from 'kysely';
import type { RecognitionDocument } from '../../contract/documents.ts';
import type { Db } from '../connect.ts';
import { likeOf } from './catalogue.ts';
import { type Cursor, pageOf } from './cursor.ts';
import type { Scope } from './scope.ts';

export type DocumentsAsked = { q?: string | undefined; on?: string | undefined; limit: number; after: Cursor | null };

/**
 * Who keeps an entry: an industry authority of the province its own, the provincial HRSS every one; each by its administrators and
 * supervisors. The organisation under which a caller enters a new one; null for everybody else.
 */
export function keeperOf(scope: Scope): { organisationId: string; keepsAll: boolean } | null {
  const holding = scope.holdings
    .filter((h) => h.level === 'province' && (h.role === 'administrator' || h.role === 'supervisor'))
    .toSorted((a, b) => (a.organisationKind < b.organisationKind ? -1 : 1))
    .find((h) => h.organisationKind === 'hrss' || h.organisationKind === 'industry-authority');
  return holding ? { organisationId: holding.organisationId, keepsAll: holding.organisationKind === 'hrss' } : null;
}

const entries = (db: Db, scope: Scope) => {
  const keeper = keeperOf(scope);
  return db
    .selectFrom('recognition_document as d')
    .innerJoin('organisation as o', 'o.id', 'd.organisation_id')
    .select(['d.id', 'd.number', 'd.level', 'd.authority_name as authorityName', 'd.kind', 'd.title', 'd.subject'])
    .select([
      'd.counting',
      'd.ratio_hundredths as ratioHundredths',
      'd.most_hundredths as mostHundredths',
      'd.revision',
    ])
    .select(['d.issued_on as issuedOn', 'd.from_on as fromOn', 'd.until_on as untilOn'])
    .select(['d.organisation_id as organisationId', 'o.name as organisationName'])
    .select(
      sql<boolean>`${keeper?.keepsAll ?? false} or d.organisation_id = ${keeper?.organisationId ?? ''}`.as('mine'),
    );
};

/** The recognition documents, newest first, also found by a part of number, authority or title; `on`: only those in force that day. */
export async function listDocuments(
  db: Db,
  scope: Scope,
  { q, on, limit, after }: DocumentsAsked,
): Promise<{ items: RecognitionDocument[]; next: string | null }> {
  const like = likeOf(q);
  const found = await entries(db, scope)
    .$if(after !== null, (some) =>
      some.where(sql<boolean>`(d.issued_on, d.id) < (${after?.key ?? ''}::date, ${after?.id ?? ''}::uuid)`),
    )
    .$if(on !== undefined, (some) =>
      some.where(
        sql<boolean>`d.from_on <= ${on ?? ''}::date and (d.until_on is null or d.until_on >= ${on ?? ''}::date)`,
      ),
    )
    .$if(q !== undefined && q !== '', (some) =>
      some.where(sql<boolean>`(d.number ilike ${like} or d.authority_name ilike ${like} or d.title ilike ${like})`),
    )
    .orderBy('d.issued_on', 'desc')
    .orderBy('d.id', 'desc')
    .limit(limit + 1)
    .execute();
  const { rows, next } = pageOf(found, limit, (row) => ({ key: row.issuedOn, id: row.id }));
  return { items: rows, next };
}

export const findDocument = (db: Db, scope: Scope, id: string): Promise<RecognitionDocument | undefined> =>
  entries(db, scope).where('d.id', '=', id).executeTakeFirst();
