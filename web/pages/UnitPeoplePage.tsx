import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { YEAR_STANDINGS, type YearStanding } from '../../contract/statistics.ts';
import type { UnitPeople, UnitPerson } from '../../contract/unit-people.ts';
import { formatHundredths } from '../../rules/hours.ts';
import { optionsOf } from '../declare/controls.tsx';
import { useDebounced } from '../lib/debounced.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useTitle } from '../lib/title.ts';
import { AnyOf } from '../parts/AnyOf.tsx';
import { DataTable } from '../parts/DataTable.tsx';
import { Loading } from '../parts/Loading.tsx';
import { LoadMore } from '../parts/LoadMore.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { VerdictTag } from '../parts/StateTag.tsx';
import { UnitChoice, useUnitChoice } from '../unit/choice.tsx';

const WITH_PEOPLE = ['employer', 'personnel-archive-agency'] as const;

/** 单位人员: who has finished the year, who has not and by how much; reminders. */
export function UnitPeoplePage() {
  useTitle('单位人员');
  const { me, units, unit, year, thisYear } = useUnitChoice('/unit/people', WITH_PEOPLE);
  if (me.data === undefined) return <Loading />;
  if (unit === undefined) return <Nothing title="没有您管理的单位">单位人员由单位管理员查看。</Nothing>;
  return (
    <>
      <PageHead title="单位人员">
        <UnitChoice path="/unit/people" {...{ units, unit, year, thisYear }} />
      </PageHead>
      <People key={`${unit.organisationId}/${year}`} unitId={unit.organisationId} year={year} />
    </>
  );
}

function People({ unitId, year }: { unitId: string; year: number }) {
  const [text, setText] = useState('');
  const [standing, setStanding] = useState<YearStanding>();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const q = useDebounced(text.trim(), 300);
  const people = useInfiniteQuery({
    queryKey: keys.unitPeople({ unitId, year, q, standing }),
    queryFn: ({ pageParam }) =>
      call('unitPeople', { params: { id: unitId }, query: { year, q, standing, after: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (before) => before,
  });
  const items = people.data?.pages.flatMap((page) => page.items) ?? [];
  const counts = people.data?.pages[0]?.counts;
  return (
    <section className="panel stack">
      {counts === undefined ? null : <Summary counts={counts} />}
      <div className="row">
        <Input.Search
          aria-label="按姓名或工号查找"
          placeholder="姓名或工号"
          allowClear
          value={text}
          maxLength={60}
          onChange={(event) => setText(event.target.value)}
          style={{ width: '14.3rem', maxWidth: '100%' }}
        />
        <AnyOf<YearStanding>
          label="完成情况"
          value={standing}
          options={optionsOf(YEAR_STANDINGS)}
          onChange={setStanding}
          width={150}
        />
        <Reminders unitId={unitId} year={year} chosen={chosen} behind={counts?.behind ?? 0} />
      </div>
      {people.error ? <ProblemNotice error={people.error} onRetry={() => inBackground(people.refetch())} /> : null}
      <PeopleTable items={items} isLoading={people.isLoading} chosen={chosen} onChoose={setChosen} />
      <LoadMore list={people} />
    </section>
  );
}

type TableProps = {
  items: UnitPerson[];
  isLoading: boolean;
  chosen: readonly string[];
  onChoose: (chosen: string[]) => void;
};

const PeopleTable = ({ items, isLoading, chosen, onChoose }: TableProps) => (
  <DataTable<UnitPerson>
    rowKey="personId"
    columns={COLUMNS}
    dataSource={items}
    loading={isLoading}
    locale={{ emptyText: <Nothing title="没有符合条件的人员" /> }}
    rowSelection={{
      selectedRowKeys: [...chosen],
      onChange: (picked) => onChoose(picked.map(String)),
      getCheckboxProps: (person) => ({ 'aria-label': `选择 ${person.name}` }),
    }}
  />
);

/** What stands at the top: how many are behind, and by how much together. */
function Summary({ counts }: { counts: UnitPeople['counts'] }) {
  const rest = counts.standings.filter((each) => each.people > 0).map((each) => `${each.label} ${each.people} 人`);
  return (
    <div data-testid="unit-summary">
      <strong style={{ fontSize: '1.3rem' }}>
        {counts.behind === 0
          ? `${counts.people} 人均已完成`
          : `${counts.behind} 人未完成，合计还差 ${formatHundredths(counts.missingHundredths)} 学时`}
      </strong>
      <div className="muted">
        共 {counts.people} 人{rest.length === 0 ? '' : `：${rest.join('，')}`}
      </div>
    </div>
  );
}

const hours = (hundredths: number) => <span className="num">{formatHundredths(hundredths)}</span>;

function missingText({ missing }: UnitPerson): string {
  if (missing.total === 0) return '—';
  const parts = [
    ...(missing.public > 0 ? [`公需 ${formatHundredths(missing.public)}`] : []),
    ...(missing.professional > 0 ? [`专业 ${formatHundredths(missing.professional)}`] : []),
  ];
  return `${formatHundredths(missing.total)}${parts.length === 0 ? '' : `（${parts.join('，')}）`}`;
}

const COLUMNS: TableColumnsType<UnitPerson> = [
  {
    title: '姓名',
    key: 'name',
    render: (_, person) => (
      <>
        <strong>{person.name}</strong>
        <div className="muted small">
          {[person.workNumber, person.title, person.idNumberMasked].filter(Boolean).join('　')}
        </div>
      </>
    ),
  },
  {
    title: '完成情况',
    key: 'standing',
    render: (_, person) => (
      <>
        <VerdictTag verdict={person.standing} />
        {person.certificateNumber === null ? null : <div className="muted small">证书 {person.certificateNumber}</div>}
      </>
    ),
  },
  { title: '公需', key: 'public', align: 'right', render: (_, person) => hours(person.publicHundredths) },
  { title: '专业', key: 'professional', align: 'right', render: (_, person) => hours(person.professionalHundredths) },
  { title: '合计', key: 'total', align: 'right', render: (_, person) => hours(person.totalHundredths) },
  {
    title: '还差（学时）',
    key: 'missing',
    render: (_, person) => (
      <>
        {missingText(person)}
        {person.remindedOn === null ? null : <div className="muted small">{formatDay(person.remindedOn)}提醒过</div>}
      </>
    ),
  },
  {
    title: '在办申报',
    key: 'open',
    render: (_, person) => (
      <>
        {person.openClaims === 0
          ? '—'
          : `${person.openClaims} 件，申报 ${formatHundredths(person.pendingHundredths)} 学时`}
        {person.proposals > 0 ? <div className="muted small">代报待确认 {person.proposals} 件</div> : null}
      </>
    ),
  },
];

type RemindersProps = { unitId: string; year: number; chosen: readonly string[]; behind: number };

/** 提醒: some, or everybody who is behind. */
function Reminders({ unitId, year, chosen, behind }: RemindersProps) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const remind = useMutation({
    mutationFn: (who: { ids: string[] } | { all: true }) => remindInPages(unitId, year, who),
    onSuccess: (counts) => {
      const told = [...counts].map(([text, people]) => `${text} ${people} 人`);
      message.success(told.length === 0 ? '没有需要提醒的人员' : told.join('，'), 5);
      return client.invalidateQueries({ queryKey: keys.unitPeople() });
    },
  });
  return (
    <>
      <Button
        disabled={chosen.length === 0}
        loading={remind.isPending}
        onClick={() => remind.mutate({ ids: [...chosen] })}
      >
        提醒选中的 {chosen.length} 人
      </Button>
      <Button disabled={behind === 0} loading={remind.isPending} onClick={() => remind.mutate({ all: true })}>
        提醒全部未完成人员
      </Button>
      <span className="muted small">每人七天内至多提醒一次</span>
    </>
  );
}

/** Page after page until everybody was asked. @returns how many people of each outcome, in words */
async function remindInPages(
  unitId: string,
  year: number,
  who: { ids: string[] } | { all: true },
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (let after: string | undefined; ; ) {
    const people = 'ids' in who || after === undefined ? who : { ...who, after };
    const { items, next } = await call('remindPeople', { params: { id: unitId }, body: { year, people } });
    for (const { text } of items) counts.set(text, (counts.get(text) ?? 0) + 1);
    if (next === null) return counts;
    after = next;
  }
}
