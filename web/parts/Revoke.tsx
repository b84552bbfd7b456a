import { StopOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Input, Modal, Select } from 'antd';
import { useId, useState } from 'react';
import type { RevocationRequest, RevokedYear } from '../../contract/revocations.ts';
import { citation, type Provision } from '../../rules/articles.ts';
import { formatHours } from '../../rules/hours.ts';
import { call } from '../lib/http.ts';
import { newId } from '../lib/ids.ts';
import { ProblemNotice } from './ProblemNotice.tsx';

type Of = { kind: 'claim' | 'completion'; id: string };

/** The articles a recognition is taken back by. */
const ARTICLES_OF_REVOCATION: readonly Provision[] = ['20', '21', '11', '11(1)', '11(8)', '14', '15', '18'];

/** 撤销: for an authority that oversees the person. Asks for the reason and the article, and says what became of the year. */
export function Revoke({ of, title }: { of: Of; title: string }) {
  const { message } = App.useApp();
  const cache = useQueryClient();
  const [open, setOpen] = useState(false);
  const [key, setKey] = useState(newId);
  const [request, setRequest] = useState<RevocationRequest>({ reason: '', article: '20' });
  const revoke = useMutation({
    mutationFn: (): Promise<{ years: RevokedYear[] }> => {
      const how = { params: { id: of.id }, headers: { 'idempotency-key': key }, body: request };
      return of.kind === 'claim' ? call('revokeClaim', how) : call('revokeCompletion', how);
    },
    meta: { shown: true },
    onSuccess: async ({ years }) => {
      message.success(`已撤销。${years.map(wordsOf).join('；')}`, 8);
      setOpen(false);
      setKey(newId());
      await cache.invalidateQueries();
    },
  });
  const what = of.kind === 'claim' ? '撤销认定' : '撤销登记';
  return (
    <>
      <Button danger icon={<StopOutlined />} onClick={() => setOpen(true)}>
        {what}
      </Button>
      <Modal
        open={open}
        title={`${what}：${title}`}
        okText={what}
        cancelText="返回"
        okButtonProps={{ danger: true, loading: revoke.isPending, disabled: request.reason.trim() === '' }}
        onOk={() => revoke.mutate()}
        onCancel={() => setOpen(false)}
      >
        <Alert
          type="warning"
          showIcon
          title="撤销后学时不再计入，年度立即重新计算并通知本人；此操作不能取消。"
          style={{ marginBottom: 12 }}
        />
        {revoke.error ? <ProblemNotice error={revoke.error} /> : null}
        <Grounds request={request} onChange={setRequest} />
      </Modal>
    </>
  );
}

const wordsOf = ({ year, lostHundredths, cameBackHundredths, totalHundredths }: RevokedYear): string =>
  `${year}年减少 ${formatHours(lostHundredths)}${cameBackHundredths > 0 ? `，恢复 ${formatHours(cameBackHundredths)}` : ''}，现计 ${formatHours(totalHundredths)}`;

type GroundsProps = { request: RevocationRequest; onChange: (request: RevocationRequest) => void };

function Grounds({ request, onChange }: GroundsProps) {
  const id = useId();
  return (
    <div className="stack">
      <label htmlFor={`${id}-article`}>依据</label>
      <Select<Provision>
        id={`${id}-article`}
        value={request.article}
        options={ARTICLES_OF_REVOCATION.map((value) => ({ value, label: citation(value) }))}
        onChange={(article) => onChange({ ...request, article })}
      />
      <label htmlFor={`${id}-reason`}>理由（本人可见）</label>
      <Input.TextArea
        id={`${id}-reason`}
        value={request.reason}
        maxLength={500}
        showCount
        rows={4}
        onChange={({ target }) => onChange({ ...request, reason: target.value })}
      />
    </div>
  );
}
