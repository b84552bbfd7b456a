import { CheckCircleOutlined, CloudSyncOutlined, DesktopOutlined, WarningOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Alert, App, Button, Modal } from 'antd';
import { useCallback, useMemo, useState } from 'react';
import type { ClaimDetail } from '../../contract/claims.ts';
import type { Declared } from '../../contract/declarations.ts';
import type { Evidence } from '../../contract/evidence.ts';
import { FORMS } from '../../rules/vocabulary.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { remember } from '../lib/stored.ts';
import { DeclarationView } from '../parts/Declaration.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { type Autosave, useAutosave } from './autosave.ts';
import { Corrections, dueOf } from './Corrections.tsx';
import { check, type FieldErrors } from './check.ts';
import { DeclarationContext } from './context.ts';
import { ErrorSummary } from './ErrorSummary.tsx';
import { EvidenceUpload } from './EvidenceUpload.tsx';
import { FormFields } from './FormFields.tsx';
import type { Fields } from './fields.ts';
import { FORM_CARDS } from './forms.ts';
import { LiveCheck } from './LiveCheck.tsx';
import { localName } from './local.ts';

type EditorProps = {
  fields: Fields;
  /** The saved claim; undefined for a declaration that was never saved. */
  claim?: ClaimDetail | undefined;
  savedJson: string | null;
  onCreated: (claimId: string) => void;
};

/** A declaration under somebody's hands: the form, the live check beside it, evidence, and the way to submission. */
export function Editor({ fields: initial, claim, savedJson, onCreated }: EditorProps) {
  const [fields, setFields] = useState(initial);
  const [evidence, setEvidence] = useState<readonly Evidence[]>(claim?.evidence.filter((e) => !e.removed) ?? []);
  const [asked, setAsked] = useState(false);
  const [confirming, setConfirming] = useState<Declared | null>(null);
  const start = { saved: { claimId: claim?.id ?? null, revision: claim?.revision ?? 0 }, savedJson, onCreated };
  const autosave = useAutosave(fields, start);
  const set = useCallback((change: Partial<Fields>) => {
    setFields((now) => ({ ...now, ...change }));
  }, []);
  const errors = useMemo(
    (): FieldErrors => (asked ? wrongOf(fields, evidence.length > 0) : {}),
    [asked, fields, evidence],
  );
  const due = useMemo(() => dueOf(claim?.corrections ?? []), [claim]);
  const form = useMemo(() => ({ fields, set, errors, due }), [fields, set, errors, due]);
  const isCorrection = claim?.state === 'correction';
  const ask = () => {
    setAsked(true);
    const checked = check(fields);
    if (checked.ok && evidence.length > 0) setConfirming(checked.declared);
    else window.scrollTo({ top: 0 });
  };
  return (
    <DeclarationContext value={form}>
      <div className="declare">
        <div>
          {isCorrection ? <Corrections claim={claim} /> : null}
          <ErrorSummary errors={errors} />
          <section className="panel">
            <h2>{FORMS[fields.form]}</h2>
            <FormFields />
            <EvidenceUpload
              claimId={autosave.saved.claimId}
              evidence={evidence}
              onChange={setEvidence}
              hint={FORM_CARDS[fields.form].proof}
            />
            <SaveState autosave={autosave} />
            <div className="row" style={{ marginTop: 16 }}>
              <Button type="primary" size="large" onClick={ask}>
                {isCorrection ? '核对并重新提交' : '核对并提交'}
              </Button>
              {claim === undefined || claim.permissions.discard ? (
                <Discard claimId={autosave.saved.claimId} form={fields.form} />
              ) : null}
            </div>
          </section>
        </div>
        <LiveCheck checked={autosave.checked} hasEvidence={evidence.length > 0} claimId={autosave.saved.claimId} />
      </div>
      {confirming === null ? null : (
        <Confirm
          declared={confirming}
          evidence={evidence}
          autosave={autosave}
          version={claim?.version ?? 0}
          isCorrection={isCorrection}
          onClose={() => {
            setConfirming(null);
          }}
        />
      )}
    </DeclarationContext>
  );
}

function wrongOf(fields: Fields, hasEvidence: boolean): FieldErrors {
  const checked = check(fields);
  return { ...(checked.ok ? {} : checked.errors), ...(hasEvidence ? {} : { evidence: '请上传证明材料' }) };
}

const SAVE_WORDS = {
  incomplete: { icon: <DesktopOutlined />, text: '尚未填写完整，已填内容暂存在本机浏览器。' },
  saving: { icon: <CloudSyncOutlined />, text: '正在保存草稿…' },
  saved: { icon: <CheckCircleOutlined />, text: '草稿已自动保存，可随时离开，稍后继续。' },
  failed: { icon: <WarningOutlined />, text: '草稿未能保存到系统，已暂存在本机浏览器。' },
  conflict: { icon: <WarningOutlined />, text: '草稿已在别处修改，自动保存已停止。' },
} as const;

function SaveState({ autosave }: { autosave: Autosave }) {
  const { icon, text } = SAVE_WORDS[autosave.status];
  return (
    <div className="stack" style={{ marginTop: 12 }}>
      <div className="muted small" role="status" data-testid="save-state" data-status={autosave.status}>
        {icon} {text}
      </div>
      {autosave.error && autosave.status !== 'saving' ? <ProblemNotice error={autosave.error} /> : null}
      {autosave.status === 'conflict' ? (
        <Button
          onClick={() => {
            window.location.reload();
          }}
        >
          载入最新内容
        </Button>
      ) : null}
    </div>
  );
}

function Discard({ claimId, form }: { claimId: string | null; form: Fields['form'] }) {
  const { modal } = App.useApp();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const discard = useMutation({
    mutationFn: async () => {
      if (claimId !== null) await call('discardClaim', { params: { id: claimId } });
    },
    onSuccess: async () => {
      remember(localName(claimId, form), null);
      await cache.invalidateQueries({ queryKey: keys.claims() });
      await navigate({ to: '/declare', search: {} });
    },
  });
  return (
    <Button
      size="large"
      onClick={() => {
        modal.confirm({
          title: '放弃这份草稿？',
          content: '已填写的内容和上传的材料将删除，不能恢复。',
          okText: '放弃草稿',
          onOk: () => {
            discard.mutate();
          },
        });
      }}
      loading={discard.isPending}
    >
      放弃草稿
    </Button>
  );
}

type ConfirmProps = {
  declared: Declared;
  evidence: readonly Evidence[];
  autosave: Autosave;
  version: number;
  isCorrection: boolean;
  onClose: () => void;
};

/** The second and last page: what will be sent, and to whom it goes. */
function Confirm({ declared, evidence, autosave, version, isCorrection, onClose }: ConfirmProps) {
  const navigate = useNavigate();
  const cache = useQueryClient();
  const submit = useMutation({
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
      remember(localName(claimId, declared.form), null);
      for (const queryKey of [keys.claims(), keys.claim(claimId), ['year']]) {
        await cache.invalidateQueries({ queryKey });
      }
      await navigate({ to: '/claims/$claimId', params: { claimId } });
    },
  });
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
