import { createHash } from 'node:crypto';
import type { AnnualResult } from '../../rules/annual.ts';
import { legalDay } from '../../rules/calendar.ts';
import {
  certificateNumber,
  endOfCertificate,
  type Holder,
  mayBeCertified,
  statementOf,
  verificationCode,
} from '../../rules/certificate.ts';
import type { CertificateEnd } from '../../rules/vocabulary.ts';
import { organisationOf } from './organisations.ts';
import type { Person } from './people.ts';
import { PROVINCE_CODE } from './regions.ts';
import type { Row, Rows } from './rows.ts';

/** Of the people whose year is complete so many in a hundred have asked for their certificate. */
const ASKED_PERCENT = 80;

/**
 * The demo's certificates: issued to most people whose year became complete, superseded by what was recognised afterwards, revoked where
 * a revocation left the year short. Their codes follow from the seed and are no secret.
 */
export class Certificates {
  readonly #rows: Rows;
  readonly #seed: string;
  readonly #people: ReadonlyMap<string, Person>;
  readonly #valid = new Map<string, Row<'certificate'>>();
  readonly #issues = new Map<string, number>();
  #sequence = 0;

  constructor(rows: Rows, seed: string | number, people: readonly Person[]) {
    this.#rows = rows;
    this.#seed = String(seed);
    this.#people = new Map(people.map((person) => [person.id, person]));
  }

  /** The number of the valid certificate; null when there is none. */
  numberOf(personId: string): string | null {
    return this.#valid.get(personId)?.number ?? null;
  }

  /** The year after one more entry of the ledger. */
  follow(personId: string, at: Date, result: AnnualResult): void {
    const person = this.#people.get(personId);
    if (person === undefined) throw new Error('a year without its person');
    const valid = this.#valid.get(personId);
    const holder = holderOf(person);
    if (valid === undefined) {
      const issue = (this.#issues.get(personId) ?? 0) + 1;
      if (mayBeCertified(result).value && this.#hasAsked(personId)) this.#issue(person, at, result, issue);
      return;
    }
    const end = endOfCertificate(valid.statement, result, holder);
    if (end === null) return;
    const next = mayBeCertified(result).value ? this.#issue(person, at, result, valid.issue + 1) : null;
    this.#end(valid, { at, end, next });
  }

  #issue(person: Person, at: Date, result: AnnualResult, issue: number): Row<'certificate'> {
    this.#sequence += 1;
    const regionCode = person.affiliations.at(-1)?.regionCode ?? PROVINCE_CODE;
    const number = certificateNumber({ year: result.year, regionCode, sequence: this.#sequence });
    const statement = statementOf(result, holderOf(person), { number, on: legalDay(at.getTime()) });
    if (statement === null) throw new Error('a certificate for a year that may have none');
    const row: Row<'certificate'> = {
      id: uuidOf(this.#digest('id', number), at),
      number,
      code: verificationCode(this.#digest('code', number)),
      person_id: person.id,
      year: result.year,
      issue,
      state: 'valid',
      statement,
      issued_at: at.toISOString(),
      issued_by: issue === 1 ? person.id : null,
      ended_at: null,
      end_reason: null,
      succeeded_by: null,
    };
    this.#rows.add('certificate', row);
    this.#valid.set(person.id, row);
    this.#issues.set(person.id, issue);
    this.#audit(row, at, 'certificate.issued', row.issued_by, {});
    return row;
  }

  #end(
    row: Row<'certificate'>,
    { at, end, next }: { at: Date; end: CertificateEnd; next: Row<'certificate'> | null },
  ): void {
    const state = next === null ? 'revoked' : 'superseded';
    Object.assign(row, { state, ended_at: at.toISOString(), end_reason: end, succeeded_by: next?.id ?? null });
    if (next === null) this.#valid.delete(row.person_id);
    this.#audit(row, at, `certificate.${state}`, null, { reason: end });
  }

  #audit(
    row: Row<'certificate'>,
    at: Date,
    action: string,
    actorId: string | null,
    detail: Record<string, unknown>,
  ): void {
    this.#rows.add('audit', {
      at: at.toISOString(),
      actor_id: actorId,
      organisation_id: null,
      action,
      subject_kind: 'certificate',
      subject_id: row.id,
      request_id: null,
      detail: { number: row.number, year: row.year, ...detail, ...(actorId === null ? { actor: 'system' } : {}) },
    });
  }

  #hasAsked(personId: string): boolean {
    return this.#digest('asked', personId).readUInt16BE() % 100 < ASKED_PERCENT;
  }

  #digest(what: string, of: string): Buffer {
    return createHash('sha256').update(`${this.#seed}/${what}/${of}`).digest();
  }
}

const holderOf = ({ name, idNumber, affiliations }: Person): Holder => {
  const employerId = affiliations.at(-1)?.employerId;
  return {
    name,
    idNumberMasked: `${idNumber.slice(0, 3)}${'*'.repeat(11)}${idNumber.slice(-4)}`,
    employerName: employerId === undefined ? null : organisationOf(employerId).name,
  };
};

/** A UUID of version 7: the instant, then what the digest gives. */
function uuidOf(digest: Buffer, at: Date): string {
  const hex =
    at.getTime().toString(16).padStart(12, '0') +
    `7${digest.toString('hex').slice(0, 3)}8${digest.toString('hex').slice(3, 18)}`;
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
