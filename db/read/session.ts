import { sql } from 'kysely';
import { ROLE_OF_STAGE } from '../../rules/stages.ts';
import {
  type Level,
  type OrganisationKind,
  type Role,
  roleNameAt,
  STAGE_KINDS,
  type StageKind,
} from '../../rules/vocabulary.ts';
import { isOlder } from '../clock.ts';
import type { Db } from '../connect.ts';
import type { ScopeHolding } from './scope.ts';

/** A session without a request for so long has ended. */
export const IDLE_MINUTES = 120;

/** A session lasts twelve hours (db/acts/session.ts). One that would last longer was opened before the clock went back: it has ended, or its absolute limit would be none. */
const LONGEST = '13 hours';
/** A page that is used keeps its session from idling out, at most once a minute. */
const SEEN_AGAIN_AFTER = '1 minute';

/** `mustChangePassword`: signed in with a one-time password, which opens nothing but its own change. Who signed in elsewhere used none. */
export type OpenSession = {
  personId: string;
  holdings: ScopeHolding[];
  /** It is to be noted that it is used (touchSession): as the database's clock has it, which ends it. */
  isDue: boolean;
  mustChangePassword: boolean;
};

type HoldingRow = {
  organisation_id: string;
  name: string;
  kind: OrganisationKind;
  level: Level;
  region_code: string;
  industry_code: string | null;
  role: Role;
};

/** The living session of a token, with the roles its person holds on the day; undefined for an unknown, ended or disabled one. */
export async function findSession(db: Db, tokenHash: Buffer, today: string): Promise<OpenSession | undefined> {
  const { rows } = await sql<{ person_id: string; is_due: boolean; holdings: HoldingRow[]; must_change: boolean }>`
    select s.person_id, ${isOlder('s.last_seen_at', SEEN_AGAIN_AFTER)} as is_due, a.must_change_password and s.issuer is null as must_change, coalesce((
      select json_agg(json_build_object('organisation_id', o.id, 'name', o.name, 'kind', o.kind, 'level', o.level,
        'region_code', o.region_code, 'industry_code', o.industry_code, 'role', h.role) order by o.id, h.role)
      from role_holding h join organisation o on o.id = h.organisation_id
      where h.person_id = s.person_id and h.from_on <= ${today}::date and (h.until_on is null or h.until_on > ${today}::date)), '[]') as holdings
    from session s join account a on a.person_id = s.person_id
    where s.token_hash = ${tokenHash} and s.expires_at > now() and s.expires_at <= now() + ${LONGEST}::interval and a.disabled_at is null
      and s.last_seen_at > now() - make_interval(mins => ${IDLE_MINUTES}::int)`.execute(db);
  const [row] = rows;
  return (
    row && {
      personId: row.person_id,
      isDue: row.is_due,
      holdings: row.holdings.map(asHolding),
      mustChangePassword: row.must_change,
    }
  );
}

const asHolding = (row: HoldingRow): ScopeHolding => ({
  organisationId: row.organisation_id,
  organisationName: row.name,
  organisationKind: row.kind,
  level: row.level,
  regionCode: row.region_code,
  industryCode: row.industry_code,
  role: row.role,
  roleName: roleNameAt(row.role, row.kind),
  stage: stageOf(row.role),
});

const stageOf = (role: Role): StageKind | null =>
  (Object.keys(STAGE_KINDS) as StageKind[]).find((kind) => ROLE_OF_STAGE[kind] === role) ?? null;
