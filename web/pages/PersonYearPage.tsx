import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { PersonYear } from '../../contract/person-years.ts';
import { inBackground } from '../lib/faults.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useTitle } from '../lib/title.ts';
import { Loading } from '../parts/Loading.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { Revoke } from '../parts/Revoke.tsx';
import { YearView } from '../year/YearView.tsx';

/** Somebody else's year, for those who oversee or review them: the same figures and sentences as their own page. */
export function PersonYearPage() {
  const { personId, year } = useParams({ from: '/shell/people/$personId/years/$year' });
  const found = useQuery({
    queryKey: keys.personYear(personId, year),
    queryFn: () => call('personYear', { params: { id: personId, year } }),
  });
  useTitle(found.data === undefined ? '学年' : `${found.data.person.name} ${found.data.year}年学时`);
  if (found.error && found.data === undefined)
    return <ProblemNotice error={found.error} onRetry={() => inBackground(found.refetch())} />;
  if (found.data === undefined) return <Loading what="正在核算学时" />;
  return <PersonYearView year={found.data} />;
}

function PersonYearView({ year }: { year: PersonYear }) {
  const { person, mayRevoke } = year;
  return (
    <>
      <div className="page-head">
        <div>
          <h1>
            {person.name}　{year.year}年
          </h1>
          <div className="muted">
            {person.idNumberMasked}
            {person.employerName === null ? '' : `　${person.employerName}`}　本次查看已记录
          </div>
        </div>
      </div>
      <YearView
        year={year}
        tools={({ sourceKind, id, title }) =>
          mayRevoke && sourceKind === 'platform' ? <Revoke of={{ kind: 'completion', id }} title={title} /> : null
        }
      />
    </>
  );
}
