import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import type { ClaimDetail } from '../../contract/claims.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { Loading } from '../parts/Loading.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { Editor } from './Editor.tsx';
import { recallFields } from './local.ts';
import { contentOf, fieldsOfClaim } from './written.ts';

/** A draft or a returned claim, opened again. What was typed here over the same revision comes back. */
export function SavedEditor({ claimId, field }: { claimId: string; field?: string | undefined }) {
  const claim = useQuery({
    queryKey: [...keys.claim(claimId), 'to-edit'],
    queryFn: () => call('claim', { params: { id: claimId } }),
    // The form is the newest copy from here on; a refetch must not swap it under somebody's hands.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  if (claim.error) return <ProblemNotice error={claim.error} />;
  if (claim.data === undefined) return <Loading what="正在打开草稿" />;
  if (!claim.data.permissions.edit) {
    return (
      <Nothing title="这份申报现在不能修改">
        <p>它已经提交或办结。</p>
        <Link to="/claims/$claimId" params={{ claimId }}>
          <Button type="primary" tabIndex={-1}>
            查看这份申报
          </Button>
        </Link>
      </Nothing>
    );
  }
  return <Opened claim={claim.data} field={field} />;
}

function Opened({ claim, field }: { claim: ClaimDetail; field: string | undefined }) {
  const [held] = useState(() => fieldsOfClaim(claim));
  const [fields] = useState(() => recallFields(claim.id, held.form, claim.revision) ?? held);
  return (
    <Editor
      fields={fields}
      claim={claim}
      field={field}
      savedJson={JSON.stringify(contentOf(held))}
      onCreated={() => {
        throw new Error('a saved claim was created again');
      }}
    />
  );
}
