import { DownloadOutlined, EyeOutlined, SafetyCertificateOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import type { Certificate, YearCertificates } from '../../contract/certificates.ts';
import { formatHours } from '../../rules/hours.ts';
import { addressOf } from '../lib/address.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay, formatInstant, subjectsOf } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { CertificateTag } from '../parts/StateTag.tsx';
import { QrCode } from './QrCode.tsx';

const CertificatePreview = lazy(async () => ({
  default: (await import('./CertificatePreview.tsx')).CertificatePreview,
}));

export const certificatesQuery = (year: number) => ({
  queryKey: keys.certificates(year),
  queryFn: () => call('yearCertificates', { params: { year } }),
});

/** 完成证书 of a year: the valid one to look at and take away, or what is missing; those before it below. */
export function CertificateCard({ year }: { year: number }) {
  const read = useQuery(certificatesQuery(year));
  if (read.error) return <ProblemNotice error={read.error} onRetry={() => inBackground(read.refetch())} />;
  if (read.data === undefined) return null;
  const { current, mayIssue, history } = read.data;
  // A year that is under way and never had one says so above; it needs no card.
  if (!current && !mayIssue && history.length === 0) return null;
  return (
    <section className="panel" aria-label="完成证书">
      <h2>
        <SafetyCertificateOutlined aria-hidden /> 继续教育完成证书
      </h2>
      {current ? <Valid certificate={current} /> : mayIssue ? <Issue year={year} /> : <None why={read.data.why} />}
      <History history={history} />
    </section>
  );
}

function Valid({ certificate }: { certificate: Certificate }) {
  const [isOpen, setOpen] = useState(false);
  const { number, code, state, issuedOn, year, unprintable, verifyUrl } = certificate;
  const params = { params: { year } };
  return (
    <div className="certificate">
      <div className="grow">
        <div className="row">
          <CertificateTag state={state} />
          <strong className="num">{number}</strong>
        </div>
        <dl className="certificate-facts">
          <dt>学时</dt>
          <dd>{hoursIn(certificate)}</dd>
          <dt>签发日期</dt>
          <dd>{formatDay(issuedOn)}</dd>
          <dt>验证码</dt>
          <dd className="certificate-code">{code}</dd>
        </dl>
        {unprintable.length > 0 ? <Unprintable signs={unprintable} /> : null}
        <div className="row">
          <Button type="primary" icon={<DownloadOutlined />} href={addressOf('certificatePdf', params)} download>
            下载证书
          </Button>
          <Button
            icon={<EyeOutlined />}
            onClick={() => {
              setOpen(true);
            }}
          >
            预览
          </Button>
          <Button href={addressOf('certificateSignature', params)} download>
            下载电子签名
          </Button>
        </div>
      </div>
      <a className="certificate-qr" href={pathOf(verifyUrl)} target="_blank" rel="noreferrer">
        <QrCode text={verifyUrl} label="查验二维码" />
        <span className="small">扫码或点击查验</span>
      </a>
      {isOpen ? (
        <Suspense>
          <CertificatePreview certificate={certificate} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </div>
  );
}

/** On this site, whatever address the QR code was made with. */
const pathOf = (url: string): string => new URL(url).pathname;

const hoursIn = (certificate: Certificate): string => {
  const subjects = subjectsOf(certificate).join('，');
  const sum = `${formatHours(certificate.totalHundredths)}${subjects === '' ? '' : `（${subjects}）`}`;
  return certificate.verdict === 'deemed-complete' ? `视为完成；另计入 ${sum}` : sum;
};

const Unprintable = ({ signs }: { signs: readonly string[] }) => (
  <Alert
    type="warning"
    showIcon
    style={{ marginBottom: 12 }}
    title="暂时无法打印"
    description={`姓名或单位名称中的字（${signs.join('、')}）系统字库中没有。已通知管理员补充字体；证书本身有效，可凭验证码查验。`}
  />
);

function Issue({ year }: { year: number }) {
  const queries = useQueryClient();
  const issue = useMutation({
    mutationFn: () => call('issueCertificate', { params: { year }, headers: {} }),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.certificates(year) }),
    meta: { shown: true },
  });
  return (
    <>
      <p>您的年度学时已经完成，可以出具全省统一制式的完成证书。电子证书与纸质证书具有同等效力（第十六条）。</p>
      {issue.error ? <ProblemNotice error={issue.error} /> : null}
      <Button
        type="primary"
        loading={issue.isPending}
        onClick={() => {
          issue.mutate();
        }}
      >
        出具证书
      </Button>
    </>
  );
}

const None = ({ why }: Pick<YearCertificates, 'why'>) => <p>目前没有有效的证书：{why.join('；')}。</p>;

/** Certificates that ended, each with why. */
function History({ history }: { history: readonly Certificate[] }) {
  if (history.length === 0) return null;
  return (
    <details className="certificate-history">
      <summary>历次证书（{history.length}）</summary>
      {history.map((past) => (
        <div className="list-row" key={past.id}>
          <span className="grow">
            <span className="num">{past.number}</span>
            <div className="muted small">
              {formatDay(past.issuedOn)}签发，{formatHours(past.totalHundredths)}
              {past.endedAt === null ? '' : `；${formatInstant(past.endedAt)}失效：${past.endReasonLabel ?? ''}`}
            </div>
          </span>
          <CertificateTag state={past.state} />
        </div>
      ))}
    </details>
  );
}
