import { Select } from 'antd';
import { useState } from 'react';
import type { Me } from '../../contract/session.ts';
import type { OrganisationKind } from '../../rules/vocabulary.ts';
import { useMe } from '../lib/me.ts';
import { unitsOf } from '../unit/choice.tsx';

type Organisation = Me['holdings'][number];

/** Which of the organisations somebody administers a page is about. */
export function useOrganisationChoice(kinds: readonly OrganisationKind[]) {
  const me = useMe();
  const [id, choose] = useState<string>();
  const organisations = unitsOf(me.data, kinds);
  const chosen = organisations.find((o) => o.organisationId === id) ?? organisations[0];
  return { me, organisations, chosen, choose };
}

type ChoiceProps = { organisations: readonly Organisation[]; chosen: Organisation; choose: (id: string) => void };

export function OrganisationChoice({ organisations, chosen, choose }: ChoiceProps) {
  if (organisations.length < 2) return <span className="muted">{chosen.organisationName}</span>;
  return (
    <Select
      aria-label="机构"
      value={chosen.organisationId}
      options={organisations.map((o) => ({ value: o.organisationId, label: o.organisationName }))}
      onChange={choose}
      style={{ minWidth: 220 }}
    />
  );
}
