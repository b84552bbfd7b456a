import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useCallback, useState } from 'react';
import type { Form } from '../../rules/vocabulary.ts';
import { Editor } from '../declare/Editor.tsx';
import { FormChoice } from '../declare/FormChoice.tsx';
import { emptyFields } from '../declare/fields.ts';
import { recallFields } from '../declare/local.ts';
import { SavedEditor } from '../declare/SavedEditor.tsx';
import { inBackground } from '../lib/faults.ts';
import { useTitle } from '../lib/title.ts';

/** 申报: choose a form, fill it, submit it. */
export function DeclarePage() {
  const { form, draft } = useSearch({ from: '/shell/declare' });
  useTitle('申报学时');
  return (
    <>
      <div className="page-head">
        <h1>申报学时</h1>
        {form === undefined ? null : (
          <Link to="/declare" search={{}}>
            <Button tabIndex={-1}>重新选择申报形式</Button>
          </Link>
        )}
      </div>
      {form === undefined || form === 'platform-course' ? (
        <FormChoice />
      ) : (
        <NewDeclaration key={form} form={form} draft={draft} />
      )}
    </>
  );
}

/** The draft's id comes into the address when the system first holds it, so that a reload finds it; the form itself stays as it is. */
function NewDeclaration({ form, draft }: { form: Form; draft: string | undefined }) {
  const [openedDraft] = useState(draft);
  const [fields] = useState(() => recallFields(null, form, 0) ?? emptyFields(form));
  const navigate = useNavigate();
  const onCreated = useCallback(
    (claimId: string) => {
      inBackground(navigate({ to: '/declare', search: { form, draft: claimId }, replace: true, resetScroll: false }));
    },
    [navigate, form],
  );
  if (openedDraft !== undefined) return <SavedEditor claimId={openedDraft} />;
  return <Editor fields={fields} savedJson={null} onCreated={onCreated} />;
}
