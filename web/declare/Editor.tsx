import { Button } from 'antd';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { ClaimDetail } from '../../contract/claims.ts';
import type { Declared } from '../../contract/declarations.ts';
import type { Evidence } from '../../contract/evidence.ts';
import { FORMS } from '../../rules/vocabulary.ts';
import { goToField } from '../parts/Field.tsx';
import { useAutosave } from './autosave.ts';
import { Confirm } from './Confirm.tsx';
import { Corrections } from './Corrections.tsx';
import { check, type FieldErrors } from './check.ts';
import { DeclarationContext } from './context.ts';
import { dueOf } from './correction.ts';
import { Discard } from './Discard.tsx';
import { ErrorSummary } from './ErrorSummary.tsx';
import { EvidenceUpload } from './EvidenceUpload.tsx';
import { FormFields } from './FormFields.tsx';
import type { Fields } from './fields.ts';
import { FORM_CARDS } from './forms.ts';
import { LiveCheck } from './LiveCheck.tsx';
import { SaveState } from './SaveState.tsx';

type EditorProps = {
  fields: Fields;
  /** The saved claim; undefined for a declaration that was never saved. */
  claim?: ClaimDetail | undefined;
  savedJson: string | null;
  onCreated: (claimId: string) => void;
  /** The field to begin with. */
  field?: string | undefined;
};

/** A declaration under somebody's hands: the form, the live check beside it, evidence, and the way to submission. */
export function Editor(props: EditorProps) {
  const editor = useEditor(props);
  const { form, autosave, evidence, errors, confirming } = editor;
  const { claim } = props;
  const isCorrection = claim?.state === 'correction';
  return (
    <DeclarationContext value={form}>
      <div className="declare">
        <div>
          {isCorrection ? <Corrections claim={claim} /> : null}
          <ErrorSummary errors={errors} form={form.fields.form} />
          <Sheet editor={editor} claim={claim} />
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
          onClose={() => editor.setConfirming(null)}
        />
      )}
    </DeclarationContext>
  );
}

/** The form, with what is to be done to it. */
function Sheet({ editor, claim }: { editor: ReturnType<typeof useEditor>; claim: ClaimDetail | undefined }) {
  const { form, autosave, evidence } = editor;
  const kind = form.fields.form;
  return (
    <section className="panel">
      <h2>{FORMS[kind]}</h2>
      <FormFields />
      <EvidenceUpload
        claimId={autosave.saved.claimId}
        evidence={evidence}
        onChange={editor.setEvidence}
        onNeedsDraft={autosave.keep}
        hint={FORM_CARDS[kind].proof}
      />
      <SaveState autosave={autosave} />
      <div className="row" style={{ marginTop: 16 }}>
        <Button type="primary" size="large" onClick={editor.ask}>
          {claim?.state === 'correction' ? '核对并重新提交' : '核对并提交'}
        </Button>
        {claim === undefined || claim.permissions.discard ? (
          <Discard claimId={autosave.saved.claimId} form={kind} />
        ) : null}
      </div>
    </section>
  );
}

/** The fields, the files and what is wrong with them, which is said once somebody has asked to submit. */
function useEditor({ fields: initial, claim, savedJson, onCreated, field }: EditorProps) {
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
  useEffect(() => {
    if (field !== undefined) goToField(field);
  }, [field]);
  const ask = () => {
    setAsked(true);
    const checked = check(fields);
    if (checked.ok && evidence.length > 0) setConfirming(checked.declared);
    else window.scrollTo({ top: 0 });
  };
  return { form, autosave, evidence, setEvidence, errors, confirming, setConfirming, ask };
}

function wrongOf(fields: Fields, hasEvidence: boolean): FieldErrors {
  const checked = check(fields);
  return { ...(checked.ok ? {} : checked.errors), ...(hasEvidence ? {} : { evidence: '请上传证明材料' }) };
}
