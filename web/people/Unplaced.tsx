import { useQuery } from '@tanstack/react-query';
import type { UnplacedPerson } from '../../contract/organisations.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useMe } from '../lib/me.ts';
import { DataTable } from '../parts/DataTable.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { unitsOf } from '../unit/choice.tsx';

/** People whose last unit they left without another, such as those of a closed unit. */
export function Unplaced() {
  const me = useMe();
  const authority = unitsOf(me.data, ['hrss'])[0];
  const id = authority?.organisationId ?? '';
  const people = useQuery({
    queryKey: keys.organisations({ unplaced: id }),
    queryFn: () => call('unplacedPeople', { params: { id } }),
    enabled: authority !== undefined,
  });
  return (
    <section className="panel" aria-labelledby="unplaced">
      <h2 id="unplaced">无单位人员</h2>
      {people.error ? <ProblemNotice error={people.error} onRetry={() => inBackground(people.refetch())} /> : null}
      <DataTable<UnplacedPerson>
        rowKey="personId"
        loading={people.isLoading}
        dataSource={people.data?.items ?? []}
        pagination={{ pageSize: 20, hideOnSinglePage: true }}
        locale={{ emptyText: <Nothing title="没有无单位人员">单位撤销后，其人员列在这里，直到登记新的单位。</Nothing> }}
        columns={[
          { title: '姓名', dataIndex: 'name' },
          { title: '身份证号码', dataIndex: 'idNumberMasked' },
          { title: '原单位', dataIndex: 'lastEmployerName' },
          { title: '自', render: (_, { sinceOn }) => formatDay(sinceOn) },
        ]}
      />
    </section>
  );
}
