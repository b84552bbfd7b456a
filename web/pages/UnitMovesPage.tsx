import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { inBackground } from '../lib/faults.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useTitle } from '../lib/title.ts';
import { FormModal } from '../parts/FormModal.tsx';
import { Loading } from '../parts/Loading.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { OrganisationChoice, useOrganisationChoice } from '../people/choice.tsx';
import { DayField, dayText, PersonFields, UnitField } from '../people/fields.tsx';
import { MoveList } from '../people/MoveList.tsx';

const KINDS = ['employer', 'personnel-archive-agency', 'hrss'] as const;

/** 单位 → 调动: who comes, who leaves, and what waits for the unit's word. */
export function UnitMovesPage() {
  useTitle('调动');
  const { me, organisations, chosen, choose } = useOrganisationChoice(KINDS);
  const [isAsking, setAsking] = useState(false);
  if (me.data === undefined) return <Loading />;
  if (chosen === undefined) return <Nothing title="没有您管理的单位">调动由单位管理员办理。</Nothing>;
  return (
    <>
      <PageHead title="调动">
        <OrganisationChoice {...{ organisations, chosen, choose }} />
        {chosen.organisationKind === 'hrss' ? null : (
          <Button type="primary" onClick={() => setAsking(true)}>
            提出调入
          </Button>
        )}
      </PageHead>
      <Moves id={chosen.organisationId} />
      {isAsking ? (
        <Ask
          id={chosen.organisationId}
          isAgency={chosen.organisationKind === 'personnel-archive-agency'}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}

function Moves({ id }: { id: string }) {
  const moves = useQuery({ queryKey: keys.moves(id), queryFn: () => call('moves', { params: { id } }) });
  return (
    <section className="panel" aria-label="调动列表">
      {moves.error ? <ProblemNotice error={moves.error} onRetry={() => inBackground(moves.refetch())} /> : null}
      {moves.isLoading ? <Loading /> : null}
      {moves.data === undefined ? null : (
        <MoveList moves={moves.data.items} empty="调入由本单位提出；调出由新单位或本人提出后在此答复。" />
      )}
    </section>
  );
}

type Fields = { name: string; idNumber: string; fromOn: Dayjs; employerId?: string };

function Ask({ id, isAgency, onClose }: { id: string; isAgency: boolean; onClose: () => void }) {
  return (
    <FormModal<Fields>
      title="提出调入"
      okText="提出"
      save={({ fromOn, ...fields }, requestKey) =>
        call('requestMove', {
          params: { id },
          headers: { 'idempotency-key': requestKey },
          body: { ...fields, fromOn: dayText(fromOn) },
        })
      }
      refreshes={[keys.moves()]}
      onClose={onClose}
    >
      <p className="muted">本人和原单位都同意后生效。姓名和身份证号码须与登记一致；尚未登记的人员请直接登记。</p>
      <PersonFields />
      {isAgency ? <UnitField name="employerId" label="实际工作的单位" /> : null}
      <DayField name="fromOn" label="生效日期" />
    </FormModal>
  );
}
