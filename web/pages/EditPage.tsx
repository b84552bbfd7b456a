import { Link, useParams, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { SavedEditor } from '../declare/SavedEditor.tsx';
import { useTitle } from '../lib/title.ts';

/** A draft or a returned claim under correction. */
export function EditPage() {
  const { claimId } = useParams({ from: '/shell/claims/$claimId/edit' });
  const { field } = useSearch({ from: '/shell/claims/$claimId/edit' });
  useTitle('修改申报');
  return (
    <>
      <div className="page-head">
        <h1>修改申报</h1>
        <Link to="/claims/$claimId" params={{ claimId }}>
          <Button tabIndex={-1}>查看办理进度</Button>
        </Link>
      </div>
      <SavedEditor key={claimId} claimId={claimId} field={field} />
    </>
  );
}
