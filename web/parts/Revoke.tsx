import { StopOutlined } from '@ant-design/icons';
import { Alert, App, Button, Form, Select } from 'antd';
import { useState } from 'react';
import type { RevocationRequest, RevokedYear } from '../../contract/revocations.ts';
import { citation, type Provision } from '../../rules/articles.ts';
import { formatHours } from '../../rules/hours.ts';
import { call } from '../lib/http.ts';
import { FormModal, ReasonField } from './FormModal.tsx';

/** A year, its certificate, its statistics: all may have changed. */
const EVERYTHING = [[]] as const;

type Of = { kind: 'claim' | 'completion'; id: string };

/** The articles a recognition is taken back by. */
const ARTICLES_OF_REVOCATION: readonly Provision[] = ['20', '21', '11', '11(1)', '11(8)', '14', '15', '18'];

/** 撤销: for an authority that oversees the person. Asks for the reason and the article, and says what became of the year. */
export function Revoke({ of, title }: { of: Of; title: string }) {
  const [open, setOpen] = useState(false);
  const what = of.kind === 'claim' ? '撤销认定' : '撤销登记';
  return (
    <>
      <Button danger icon={<StopOutlined />} onClick={() => setOpen(true)}>
        {what}
      </Button>
      {open ? <Grounds of={of} what={what} title={title} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

const wordsOf = ({ year, lostHundredths, cameBackHundredths, totalHundredths }: RevokedYear): string =>
  `${year}年减少 ${formatHours(lostHundredths)}${cameBackHundredths > 0 ? `，恢复 ${formatHours(cameBackHundredths)}` : ''}，现计 ${formatHours(totalHundredths)}`;

type GroundsProps = { of: Of; what: string; title: string; onClose: () => void };

function Grounds({ of, what, title, onClose }: GroundsProps) {
  const { message } = App.useApp();
  return (
    <FormModal<RevocationRequest, { years: RevokedYear[] }>
      title={`${what}：${title}`}
      okText={what}
      danger
      start={{ article: '20' }}
      save={(body, requestKey) => {
        const how = { params: { id: of.id }, headers: { 'idempotency-key': requestKey }, body };
        return of.kind === 'claim' ? call('revokeClaim', how) : call('revokeCompletion', how);
      }}
      refreshes={EVERYTHING}
      onSaved={({ years }) => {
        message.success(`已撤销。${years.map(wordsOf).join('；')}`, 8);
        onClose();
      }}
      onClose={onClose}
    >
      <Alert
        type="warning"
        showIcon
        title="撤销后学时不再计入，年度立即重新计算并通知本人；此操作不能取消。"
        style={{ marginBottom: 12 }}
      />
      <Form.Item name="article" label="依据">
        <Select<Provision> options={ARTICLES_OF_REVOCATION.map((value) => ({ value, label: citation(value) }))} />
      </Form.Item>
      <ReasonField label="理由" extra="本人可见" maxLength={500} />
    </FormModal>
  );
}
