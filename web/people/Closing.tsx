import { useQuery } from '@tanstack/react-query';
import { Alert, Form, Select } from 'antd';
import type { ClosingPreview, Closing as Fields } from '../../contract/organisations.ts';
import { inBackground } from '../lib/faults.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { FormModal, ReasonField } from '../parts/FormModal.tsx';
import { Loading } from '../parts/Loading.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

/** 撤销单位: what it would do, who takes over, and why; only then is it done. */
export function Closing({ id, name, onClose }: { id: string; name: string; onClose: () => void }) {
  const params = { id };
  const preview = useQuery({
    queryKey: keys.organisations({ closing: id }),
    queryFn: () => call('closingPreview', { params }),
  });
  return (
    <FormModal<Fields>
      title={`撤销“${name}”`}
      okText="撤销单位"
      danger
      disabled={preview.data === undefined}
      save={(body) => call('closeOrganisation', { params, body })}
      refreshes={[keys.organisations()]}
      onClose={onClose}
    >
      {preview.error ? <ProblemNotice error={preview.error} onRetry={() => inBackground(preview.refetch())} /> : null}
      {preview.isLoading ? <Loading /> : null}
      {preview.data === undefined ? null : (
        <>
          <Effects seen={preview.data} />
          <SuccessorField successors={preview.data.successors} />
          <ReasonField label="撤销或注销的依据" maxLength={200} />
        </>
      )}
    </FormModal>
  );
}

function Effects({ seen }: { seen: ClosingPreview }) {
  return (
    <Alert
      type="warning"
      showIcon
      title="撤销后不能恢复"
      style={{ marginBottom: 16 }}
      description={
        <ul style={{ margin: 0, paddingInlineStart: 18 }}>
          <li>{seen.firstReviewTasks} 件未办结的初审移交承接机构；</li>
          <li>{seen.laterClaims} 件在后续环节或待补正的申报，如重新初审，也由承接机构办理；</li>
          <li>{seen.people} 人的任职今天终止，列入所在地人社部门的无单位人员；</li>
          <li>
            {seen.roles} 个岗位今天终止，涉及 {seen.openMoves} 次办理中的调动。
          </li>
        </ul>
      }
    />
  );
}

/** Who takes over the first reviews: only an organisation that has a reviewer. */
function SuccessorField({ successors }: Pick<ClosingPreview, 'successors'>) {
  return (
    <Form.Item name="successorId" label="承接初审的机构" rules={[{ required: true, message: '请选择承接机构' }]}>
      <Select
        options={successors.map((one) => ({
          value: one.id,
          label: `${one.name}（初审人员 ${one.reviewers} 名）`,
          disabled: one.reviewers === 0,
        }))}
      />
    </Form.Item>
  );
}
