import { useNavigate, useSearch } from '@tanstack/react-router';
import { Select } from 'antd';
import type { Me } from '../../contract/session.ts';
import { MEASURES_FROM_YEAR } from '../../rules/parameters.ts';
import type { OrganisationKind } from '../../rules/vocabulary.ts';
import { inBackground } from '../lib/faults.ts';
import { useMe } from '../lib/me.ts';

/** Which unit, and which year, a manager's page is about: kept in the address. */

type Unit = Me['holdings'][number];
type UnitPath = '/unit/people' | '/unit/plan' | '/unit/trainings';

/** Who registers trainings: a unit its own (学习档案), a continuing-education base those an authority commissioned (培训登记). */
export const WITH_TRAININGS: readonly OrganisationKind[] = ['employer', 'education-base'];
export const isBase = (unit: Pick<Unit, 'organisationKind'> | undefined): boolean =>
  unit?.organisationKind === 'education-base';
export const archiveName = (kind: OrganisationKind | undefined): string =>
  kind === 'education-base' ? '培训登记' : '学习档案';

export const unitsOf = (me: Me | undefined, kinds: readonly OrganisationKind[]): Unit[] =>
  me?.holdings.filter((h) => h.role === 'administrator' && kinds.includes(h.organisationKind)) ?? [];

/** The chosen unit of those the person manages, and the chosen year; the first and this year unless chosen. */
export function useUnitChoice(path: UnitPath, kinds: readonly OrganisationKind[]) {
  const me = useMe();
  const search = useSearch({ from: `/shell${path}` });
  const units = unitsOf(me.data, kinds);
  const unit = units.find((each) => each.organisationId === search.unit) ?? units[0];
  const thisYear = Number((me.data?.today ?? `${MEASURES_FROM_YEAR}`).slice(0, 4));
  return { me, units, unit, year: search.year ?? thisYear, thisYear };
}

type ChoiceProps = { path: UnitPath; units: readonly Unit[]; unit: Unit; year: number; thisYear: number };

/** The unit (where somebody manages several) and the year; a plan may be for the next year. */
export function UnitChoice({ path, units, unit, year, thisYear }: ChoiceProps) {
  const navigate = useNavigate();
  const last = path === '/unit/plan' ? thisYear + 1 : thisYear;
  const years = Array.from({ length: last - MEASURES_FROM_YEAR + 1 }, (_, back) => last - back);
  const go = (part: { unit?: string; year?: number }) => {
    inBackground(navigate({ to: path, search: { unit: unit.organisationId, year, ...part } }));
  };
  return (
    <div className="row">
      {units.length > 1 ? (
        <Select
          aria-label="单位"
          value={unit.organisationId}
          options={units.map((each) => ({ value: each.organisationId, label: each.organisationName }))}
          onChange={(chosen: string) => {
            go({ unit: chosen });
          }}
          style={{ minWidth: 220 }}
        />
      ) : (
        <span className="muted">{unit.organisationName}</span>
      )}
      <Select<number>
        aria-label="年度"
        value={year}
        options={years.map((value) => ({ value, label: `${value}年` }))}
        onChange={(chosen) => {
          go({ year: chosen });
        }}
        style={{ width: '7.9rem' }}
      />
    </div>
  );
}
