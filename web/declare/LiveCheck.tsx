import { CheckCircleOutlined, CloseCircleOutlined, WarningOutlined } from '@ant-design/icons';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import type { Preview } from '../../contract/preview.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { Basis } from '../parts/Basis.tsx';
import { Explained } from '../parts/Explained.tsx';
import { goToField } from '../parts/Field.tsx';
import { Likenesses } from '../parts/Likenesses.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { LimitsLeft } from '../year/CapsLeft.tsx';
import type { Checked } from './check.ts';

type LiveCheckProps = { checked: Checked; hasEvidence: boolean; claimId: string | null };

/** What the rules say of the form as it stands: the same rules as the review, before anything is sent. */
export function LiveCheck({ checked, hasEvidence, claimId }: LiveCheckProps) {
  const declared = checked.ok ? checked.declared : null;
  const preview = useQuery({
    queryKey: keys.preview(declared, claimId, hasEvidence),
    queryFn: async () => {
      if (declared === null) throw new Error('nothing to preview');
      // Proof comes with the files; until then the rules answer as if it were there, and the form asks for it.
      return await call('preview', { body: { declared, hasEvidence: true, ...(claimId === null ? {} : { claimId }) } });
    },
    enabled: declared !== null,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  return (
    <aside className="panel declare-check" aria-label="申报预判" aria-live="polite" data-testid="live-check">
      <h2>申报预判</h2>
      {declared === null ? (
        <p className="muted">填写完必填项后，这里会按审核所用的同一规则显示可以计入多少学时。</p>
      ) : null}
      {preview.error ? <ProblemNotice error={preview.error} /> : null}
      {declared !== null && preview.data !== undefined ? <Answer preview={preview.data} /> : null}
      {declared !== null && !hasEvidence ? (
        <p>
          <WarningOutlined aria-hidden style={{ color: '#b25e00' }} /> 还没有上传证明材料，上传后才能提交。
        </p>
      ) : null}
    </aside>
  );
}

function Answer({ preview }: { preview: Preview }) {
  return (
    <div className="stack">
      <Ruling preview={preview} />
      {preview.problems.map(({ code, message, fix, path }) => (
        <Alert
          key={`${code}-${path}`}
          type="error"
          showIcon
          title={message}
          description={fix}
          action={
            path === '' ? undefined : (
              <Button
                size="small"
                onClick={() => {
                  goToField(path);
                }}
              >
                去改
              </Button>
            )
          }
        />
      ))}
      {preview.years.map(({ before, after, item, caps }) => (
        <section key={after.year}>
          <div className="muted small">{after.year}年</div>
          <div>现在：{before.sentence}</div>
          <div>
            <strong>计入后：{after.sentence}</strong>
          </div>
          {item === null ? null : <Explained item={item} />}
          <LimitsLeft caps={caps} />
        </section>
      ))}
      <Likenesses warnings={preview.warnings} />
    </div>
  );
}

function Ruling({ preview: { recognition } }: { preview: Preview }) {
  if (recognition.outcome === 'refused') {
    return (
      <Alert
        type="error"
        showIcon
        icon={<CloseCircleOutlined />}
        title={recognition.message}
        description={
          <>
            <div>{recognition.fix}</div>
            <Basis cited={recognition.basis} />
          </>
        }
      />
    );
  }
  return (
    <div>
      <CheckCircleOutlined aria-hidden style={{ color: '#2b7a3d' }} /> 符合认定条件
      <Basis cited={recognition.basis} />
    </div>
  );
}
