import { useQuery } from '@tanstack/react-query';
import { Button, Tag } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import type { Career } from '../../contract/people.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useTitle } from '../lib/title.ts';
import { FormModal } from '../parts/FormModal.tsx';
import { Loading } from '../parts/Loading.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { DayField, dayText, UnitField } from '../people/fields.tsx';
import { IdentityNews, IdentitySection } from '../people/IdentitySection.tsx';
import { MoveList } from '../people/MoveList.tsx';
import { PasswordCard } from '../people/PasswordCard.tsx';

/** 任职与密码: where I have belonged, my moves, how I sign in. */
export function CareerPage() {
  useTitle('任职与密码');
  const [isAsking, setAsking] = useState(false);
  const career = useQuery({ queryKey: keys.career(), queryFn: () => call('career', {}) });
  const moves = useQuery({ queryKey: keys.moves('mine'), queryFn: () => call('myMoves', {}) });
  return (
    <>
      <PageHead title="任职与密码">
        <Button type="primary" onClick={() => setAsking(true)}>
          提出调动
        </Button>
      </PageHead>
      <IdentityNews />
      <section className="panel" aria-label="任职经历">
        {career.error ? <ProblemNotice error={career.error} onRetry={() => inBackground(career.refetch())} /> : null}
        {career.isLoading ? <Loading /> : null}
        {career.data === undefined ? null : <History career={career.data} />}
      </section>
      <section className="panel" aria-labelledby="my-moves">
        <h2 id="my-moves">调动</h2>
        {moves.error ? <ProblemNotice error={moves.error} onRetry={() => inBackground(moves.refetch())} /> : null}
        {moves.data === undefined ? (
          <Loading />
        ) : (
          <MoveList moves={moves.data.items} empty="由您或新单位提出；您、新单位和原单位都同意后生效。" />
        )}
      </section>
      <section className="panel" aria-labelledby="my-password">
        <h2 id="my-password">修改密码</h2>
        <div style={{ maxWidth: 360 }}>
          <PasswordCard hint="修改后，在其他设备上的登录会退出。" />
        </div>
      </section>
      <IdentitySection />
      {isAsking ? <Ask onClose={() => setAsking(false)} /> : null}
    </>
  );
}

function History({ career }: { career: Career }) {
  if (career.affiliations.length === 0)
    return <Nothing title="没有登记任职单位">请联系单位人事部门登记，登记后才能申报学时。</Nothing>;
  return career.affiliations.map((one) => (
    <div className="list-row" key={`${one.employerId}/${one.fromOn}`}>
      <span className="grow">
        <strong>{one.employerName}</strong> {one.isCurrent ? <Tag color="success">现任</Tag> : null}
        <div className="muted">
          {one.unitKindName} · {one.regionName} · {one.industryName}
          {one.agencyName === null ? '' : ` · 档案由${one.agencyName}托管`}
        </div>
      </span>
      <span className="muted">
        {formatDay(one.fromOn)}起{one.untilOn === null ? '' : `，至${formatDay(one.untilOn)}前`}
      </span>
    </div>
  ));
}

function Ask({ onClose }: { onClose: () => void }) {
  return (
    <FormModal<{ toEmployerId: string; fromOn: Dayjs }>
      title="提出调动"
      okText="提出"
      save={({ toEmployerId, fromOn }, requestKey) =>
        call('requestOwnMove', {
          headers: { 'idempotency-key': requestKey },
          body: { toEmployerId, fromOn: dayText(fromOn) },
        })
      }
      refreshes={[keys.moves()]}
      onClose={onClose}
    >
      <p className="muted">新单位和原单位都同意后生效。已提交的申报仍由原机构办理，之后的申报由新单位初审。</p>
      <UnitField name="toEmployerId" label="新单位" />
      <DayField name="fromOn" label="生效日期" />
    </FormModal>
  );
}
