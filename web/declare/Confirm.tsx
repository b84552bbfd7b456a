import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Alert, Modal } from 'antd';
import type { Declared } from '../../contract/declarations.ts';
import type { Evidence } from '../../contract/evidence.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { remember } from '../lib/stored.ts';
import { DeclarationView } from '../parts/Declaration.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import type { Autosave } from './autosave.ts';
import { localName } from './local.ts';

type ConfirmProps = {
  declared: Declared;
  evidence: readonly Evidence[];
  autosave: Autosave;
  version: number;
  isCorrection: boolean;
  onClose: () => void;
};

/** The second and last page: what will be sent, and to whom it goes. */
export function Confirm({ declared, evidence, onClose, ...sending }: ConfirmProps) {
  const submit = useSubmission({ form: declared.form, ...sending });
  return (
    <Modal
      open
      width={640}
      title="核对并确认提交"
      okText="确认提交"
      cancelText="返回修改"
      confirmLoading={submit.isPending}
      onOk={() => {
        submit.mutate();
      }}
      onCancel={onClose}
    >
      <div className="stack">
        {submit.error ? <ProblemNotice error={submit.error} /> : null}
        <DeclarationView declared={declared} />
        <div>
          <span className="muted">证明材料　</span>
          {evidence.map(({ fileName }) => fileName).join('、')}
        </div>
        <Alert
          type="info"
          showIcon
          title="提交后由所在单位（或人事档案管理服务机构）初审；初审办结前可以撤回。请确认内容真实，弄虚作假将取消相应年度学时。"
        />
      </div>
    </Modal>
  );
}

type Sending = Pick<ConfirmProps, 'autosave' | 'version' | 'isCorrection'> & { form: Declared['form'] };

/** Saves what is typed, and submits exactly that. */
function useSubmission({ form, autosave, version, isCorrection }: Sending) {
  const navigate = useNavigate();
  const cache = useQueryClient();
  return useMutation({
    meta: { shown: true },
    mutationFn: async () => {
      const { claimId, revision } = await autosave.flush();
      if (claimId === null) throw new Error('草稿尚未保存，请稍候再提交。');
      // The same content submitted twice is one submission, also across a reload.
      const key = `${isCorrection ? 're' : ''}submit-${claimId}-${version}-${revision}`;
      const input = { params: { id: claimId }, headers: { 'idempotency-key': key }, body: { revision } };
      return isCorrection ? call('resubmitClaim', input) : call('submitClaim', input);
    },
    onSuccess: async ({ claimId }) => {
      remember(localName(claimId, form), null);
      for (const queryKey of [keys.claims(), keys.claim(claimId), keys.years()]) {
        await cache.invalidateQueries({ queryKey });
      }
      await navigate({ to: '/claims/$claimId', params: { claimId } });
    },
  });
}
