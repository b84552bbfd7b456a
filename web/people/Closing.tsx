import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Form, Input, Modal, Select } from 'antd';
import type { Closing as Fields } from '../../contract/organisations.ts';
import { inBackground } from '../lib/faults.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { Loading } from '../parts/Loading.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

/** 撤销单位: what it would do, who takes over, and why; only then is it done. */
export function Closing({ id, name, onClose }: { id: string; name: string; onClose: () => void }) {
  const client = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const params = { id };
  const preview = useQuery({
    queryKey: keys.organisations({ closing: id }),
    queryFn: () => call('closingPreview', { params }),
  });
  const close = useMutation({
    mutationFn: (body: Fields) => call('closeOrganisation', { params, body }),
    meta: { shown: true },
    onSuccess: () => {
      onClose();
      return client.invalidateQueries({ queryKey: keys.organisations() });
    },
  });
  const seen = preview.data;
  return (
    <Modal
      open
      title={`撤销“${name}”`}
      okText="撤销单位"
      okButtonProps={{ danger: true, disabled: seen === undefined, loading: close.isPending }}
      cancelText="取消"
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      {close.error ? <ProblemNotice error={close.error} /> : null}
      {preview.error ? <ProblemNotice error={preview.error} onRetry={() => inBackground(preview.refetch())} /> : null}
      {seen === undefined ? (
        <Loading />
      ) : (
        <>
          <Alert
            type="warning"
            showIcon
            title="撤销后不能恢复"
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
          <Form<Fields>
            form={form}
            layout="vertical"
            style={{ marginTop: 16 }}
            onFinish={(fields) => close.mutate(fields)}
          >
            <Form.Item
              name="successorId"
              label="承接初审的机构"
              rules={[{ required: true, message: '请选择承接机构' }]}
            >
              <Select
                options={seen.successors.map((one) => ({
                  value: one.id,
                  label: `${one.name}（初审人员 ${one.reviewers} 名）`,
                  disabled: one.reviewers === 0,
                }))}
              />
            </Form.Item>
            <Form.Item
              name="reason"
              label="撤销或注销的依据"
              rules={[{ required: true, min: 2, message: '请填写依据' }]}
            >
              <Input.TextArea maxLength={200} rows={2} />
            </Form.Item>
          </Form>
        </>
      )}
    </Modal>
  );
}
