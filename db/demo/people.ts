import type { Level, Role, UnitKind } from '../../rules/vocabulary.ts';
import { DEMO_ACCOUNTS, type DemoAccount } from './accounts.ts';
import { industryOf } from './industries.ts';
import { inventIdNumber, inventName } from './names.ts';
import {
  EMPLOYERS,
  EMPTY_POOL_ID,
  findOrganisation,
  industryAuthorityId,
  type Organisation,
  organisationOf,
} from './organisations.ts';
import { type Random, randomOf } from './random.ts';
import { COUNTIES, PROVINCE_CODE } from './regions.ts';

/** Where a person works, from a day on. */
export interface Affiliation {
  employerId: string;
  unitKind: UnitKind;
  archiveAgencyId: string | null;
  /** For archive-hosted people the agency's level and region: their claims are re-reviewed there. */
  level: Level;
  regionCode: string;
  industryCode: string;
  fromOn: string;
  untilOn: string | null;
}

/** A person of the demo province; nobody real. */
export interface Person {
  id: string;
  name: string;
  idNumber: string;
  /** 职称. */
  title: string | null;
  username: string;
  roles: readonly { organisationId: string; role: Role }[];
  /** The last is the current one; officers of authorities have none, they declare nothing. */
  affiliations: readonly Affiliation[];
}

/** When the demo province's people were registered: the day after the measures were issued. */
export const REGISTERED_AT = new Date('2026-05-26T01:00:00Z');

/**
 * Everybody: the accounts of the story, two first reviewers at each employer, the officers of every body that gets tasks, and
 * professionals until `count` people have an affiliation.
 */
export function inventPeople(seed: string | number, count: number): Person[] {
  const random = randomOf(`${String(seed)}/people`);
  const maker = new PeopleMaker(random);
  const [latecomers, others] = [DEMO_ACCOUNTS.filter(isLate), DEMO_ACCOUNTS.filter((each) => !isLate(each))];
  for (const account of others) maker.story(account);
  for (const employer of EMPLOYERS) {
    for (const suffix of ['', '-2']) maker.reviewer(employer, employer.id + suffix);
  }
  for (const [organisation, roles, officers] of officersNeeded()) {
    for (let index = 1; index <= officers; index += 1) {
      maker.officer(organisation, roles, index === 1 ? organisation.id : `${organisation.id}-${String(index)}`);
    }
  }
  const weights = EMPLOYERS.map((employer) => [employer, employer.weight] as const);
  for (let number = 1; maker.affiliated < count; number += 1) {
    maker.professional(random.weighted(weights), `p${String(number).padStart(5, '0')}`);
  }
  // Last, so that everybody else stays who they were before these were there.
  for (const account of latecomers) maker.story(account);
  return maker.people;
}

const isLate = ({ username }: DemoAccount): boolean =>
  username.endsWith('-manager') ||
  username.endsWith('-supervisor') ||
  username === 'technician' ||
  username === 'second-admin';

/** The bodies that get tasks from the demo's employers, the roles they need and how many officers they have. */
function officersNeeded(): (readonly [Organisation, readonly Role[], number])[] {
  const needed = new Map<string, readonly [Organisation, readonly Role[], number]>();
  const need = (id: string | null, roles: readonly Role[], officers: number): void => {
    if (id === null || id === EMPTY_POOL_ID) return;
    const organisation = findOrganisation(id);
    if (organisation !== undefined && !needed.has(id)) needed.set(id, [organisation, roles, officers]);
  };
  need(`hrss-${PROVINCE_CODE}`, ['re-reviewer', 'filing-officer'], 6);
  for (const employer of EMPLOYERS) {
    need(industryAuthorityId(PROVINCE_CODE, employer.industryCode ?? ''), ['re-reviewer', 'filing-officer'], 3);
    need(employer.supervisingDepartmentId, ['re-reviewer'], 2);
    if (employer.unitKind === 'ordinary') {
      need(`hrss-${employer.regionCode}`, ['re-reviewer'], employer.level === 'city' ? 3 : 2);
      need(industryAuthorityId(employer.regionCode, employer.industryCode ?? ''), ['re-reviewer'], 2);
    }
    if (employer.archiveAgencyId !== null) {
      const agency = organisationOf(employer.archiveAgencyId);
      need(agency.id, ['first-reviewer'], 2);
      need(industryAuthorityId(agency.regionCode, employer.industryCode ?? ''), ['re-reviewer'], 2);
    }
  }
  return [...needed.values()];
}

class PeopleMaker {
  readonly people: Person[] = [];
  readonly #idNumbers = new Set<string>();
  readonly #random: Random;
  affiliated = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  story(account: DemoAccount): void {
    const organisation = organisationOf(account.organisationId);
    const affiliations =
      organisation.kind === 'employer' ? [affiliationAt(organisation, account.hosted ?? false, '2016-07-01')] : [];
    this.#add({
      username: account.username,
      name: account.name,
      title: account.title ?? null,
      roles: account.grants === null ? [] : [{ organisationId: organisation.id, role: account.grants }],
      affiliations,
    });
  }

  /** An employer's first reviewers are its own people, and declare hours like everybody else. */
  reviewer(employer: Organisation, username: string): void {
    this.#add({
      username,
      title: this.#title(employer),
      roles: [{ organisationId: employer.id, role: 'first-reviewer' }],
      affiliations: this.#affiliations(employer, false),
    });
  }

  officer(organisation: Organisation, roles: readonly Role[], username: string): void {
    this.#add({
      username,
      title: null,
      roles: roles.map((role) => ({ organisationId: organisation.id, role })),
      affiliations: [],
    });
  }

  professional(employer: Organisation, username: string): void {
    const hosted = employer.archiveAgencyId !== null && this.#random.chance(0.7);
    this.#add({
      username,
      title: this.#title(employer),
      roles: [],
      affiliations: this.#affiliations(employer, hosted),
    });
  }

  #title(employer: Organisation): string {
    const { titles } = industryOf(employer.industryCode ?? '');
    return this.#random.weighted(titles.map((title, index) => [title, titles.length + 1 - index] as const));
  }

  #affiliations(employer: Organisation, hosted: boolean): Affiliation[] {
    const fromOn = `${String(this.#random.int(2003, 2024))}-${this.#random.pick(['03', '07', '09'])}-01`;
    const current = affiliationAt(employer, hosted, fromOn);
    if (!this.#random.chance(0.03)) return [current];
    // Some changed employer in the year; a claim keeps the affiliation of its submission day.
    const changedOn = '2026-08-01';
    const others = EMPLOYERS.filter((each) => each.industryCode === employer.industryCode && each.id !== employer.id);
    if (others.length === 0) return [current];
    const previous = this.#random.pick(others);
    return [
      { ...affiliationAt(previous, false, fromOn), untilOn: changedOn },
      { ...current, fromOn: changedOn },
    ];
  }

  #add(given: Omit<Person, 'id' | 'name' | 'idNumber'> & { name?: string }): void {
    const woman = this.#random.chance(0.48);
    const birthRegion = this.#random.pick(COUNTIES).code;
    const day = `${String(this.#random.int(1966, 2001))}-${two(this.#random.int(1, 12))}-${two(this.#random.int(1, 28))}`;
    let idNumber = inventIdNumber(this.#random, birthRegion, day, woman);
    while (this.#idNumbers.has(idNumber)) idNumber = inventIdNumber(this.#random, birthRegion, day, woman);
    this.#idNumbers.add(idNumber);
    const invented = inventName(this.#random, woman);
    this.people.push({ id: this.#random.uuid(REGISTERED_AT), name: invented, idNumber, ...given });
    if (given.affiliations.length > 0) this.affiliated += 1;
  }
}

function affiliationAt(employer: Organisation, hosted: boolean, fromOn: string): Affiliation {
  const agency = hosted && employer.archiveAgencyId !== null ? organisationOf(employer.archiveAgencyId) : null;
  const place = agency ?? employer;
  return {
    employerId: employer.id,
    unitKind: agency === null ? (employer.unitKind ?? 'ordinary') : 'archive-hosted',
    archiveAgencyId: agency?.id ?? null,
    level: place.level,
    regionCode: place.regionCode,
    industryCode: employer.industryCode ?? '',
    fromOn,
    untilOn: null,
  };
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
