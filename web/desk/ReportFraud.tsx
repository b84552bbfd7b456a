import { App, Button, Form, Radio } from 'antd';
import { useState } from 'react';
import type { SanctionReport } from '../../contract/sanctions.ts';
import type { TaskDetail } from '../../contract/tasks.ts';
import { SANCTION_SOURCES } from '../../rules/sanction.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { FormModal, ReasonField } from '../parts/FormModal.tsx';

type Fields = { source: SanctionReport['source']; reason: string };

const SOURCES = (['review', 'duplicate-evidence'] as const).map((value) => ({ value, label: SANCTION_SOURCES[value] }));

/** 提请查处: a reviewer who suspects fraud (Art. 21) hands the claim to the authority that is competent; the task stays. */
export function ReportFraud({ detail }: { detail: TaskDetail }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button danger onClick={() => setOpen(true)}>
        提请查处
      </Button>
      {isOpen ? <ReportDialog detail={detail} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function ReportDialog({ detail, onClose }: { detail: TaskDetail; onClose: () => void }) {
  const { message } = App.useApp();
  const { id, year } = detail.claim;
  return (
    <FormModal<Fields, { isNew: boolean }>
      title="提请查处弄虚作假"
      okText="提请查处"
      danger
      start={{ source: 'review' }}
      save={({ source, reason }, requestKey) =>
        call('reportFraud', {
          headers: { 'idempotency-key': requestKey },
          body: { claimIds: [id], year, source, explanation: reason },
        })
      }
      refreshes={[keys.sanctions()]}
      onSaved={({ isNew }) => {
        message.success(isNew ? '已移交有权机构立案' : '该人员该年度已有案件，线索已补充到案件');
        onClose();
      }}
      onClose={onClose}
    >
      <p>
        申报涉嫌弄虚作假的，移交有权机构立案核实（第二十一条），由监督检查人员告知当事人并听取陈述申辩后决定。审核任务仍由您办理；申报人不会看到您填写的内容。
      </p>
      <Form.Item name="source" label="线索来源" rules={[{ required: true, message: '请选择线索来源' }]}>
        <Radio.Group options={SOURCES} />
      </Form.Item>
      <ReasonField label="发现的情况" placeholder="写明哪份材料、哪处内容不实，依据是什么" maxLength={2000} />
    </FormModal>
  );
}
