import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useState } from 'react';
import type { Me } from '../../contract/session.ts';
import { MEASURES_FROM_YEAR } from '../../rules/parameters.ts';
import { BatchPrint } from '../certificate/BatchPrint.tsx';
import { inBackground } from '../lib/faults.ts';
import { formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useMe } from '../lib/me.ts';
import { useTitle } from '../lib/title.ts';
import { isProvince } from '../nav.ts';
import { Loading } from '../parts/Loading.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

/** 打印证书 for who manages a unit; for the province's administrator the certificates that wait for a typeface. */
export function CertificatesPage() {
  useTitle('证书');
  const me = useMe();
  if (me.data === undefined) return <Loading />;
  const units = me.data.holdings.filter((h) => h.role === 'administrator' && h.organisationKind === 'employer');
  const isAdministrator = isProvince(['administrator'])(me.data);
  return (
    <>
      <div className="page-head">
        <h1>完成证书</h1>
      </div>
      {units.length > 0 ? <Print units={units} today={me.data.today} /> : null}
      {isAdministrator ? <Cases /> : null}
      {units.length === 0 && !isAdministrator ? (
        <Nothing title="没有可打印的单位">批量打印由单位管理员办理；本人的证书在“我的年度”。</Nothing>
      ) : null}
    </>
  );
}

function Print({ units, today }: { units: Me['holdings']; today: string }) {
  const thisYear = Number(today.slice(0, 4));
  const years = Array.from({ length: thisYear - MEASURES_FROM_YEAR + 1 }, (_, back) => thisYear - back);
  const [year, setYear] = useState(thisYear);
  return (
    <section className="panel">
      <h2>批量打印</h2>
      <p>
        为本单位学时已完成的人员出具证书，连同电子签名、目录一并下载为压缩包。未完成的人员列在目录中并写明还差多少。
      </p>
      <div className="row" style={{ marginBottom: 12 }}>
        <span>年度</span>
        <Select<number>
          aria-label="年度"
          value={year}
          options={years.map((value) => ({ value, label: `${value}年` }))}
          onChange={setYear}
          style={{ width: '7.9rem' }}
        />
      </div>
      {units.map((unit) => (
        <div key={unit.organisationId} style={{ marginBottom: 12 }}>
          <div className="section-title">{unit.organisationName}</div>
          <BatchPrint key={year} employerId={unit.organisationId} year={year} />
        </div>
      ))}
    </section>
  );
}

function Cases() {
  const cases = useQuery({ queryKey: keys.certificateCases(), queryFn: () => call('certificateCases', {}) });
  return (
    <section className="panel">
      <h2>因缺字无法打印的证书</h2>
      {cases.error ? <ProblemNotice error={cases.error} onRetry={() => inBackground(cases.refetch())} /> : null}
      {cases.isLoading ? <Loading /> : null}
      {cases.data?.items.length === 0 ? <Nothing title="没有缺字的证书">所有已下载的证书都能完整打印。</Nothing> : null}
      {cases.data?.items.map((each) => (
        <div className="list-row" key={each.certificateId}>
          <span className="grow num">{each.number}</span>
          <strong>{each.missing.join('、')}</strong>
          <span className="muted small">{formatInstant(each.openedAt)}</span>
        </div>
      ))}
      <p className="muted small" style={{ marginBottom: 0 }}>
        处理办法：请系统维护人员为证书补充含有这些字的字体，重启后生效；持证人再次下载即可。
      </p>
    </section>
  );
}
