import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input } from 'antd';
import type { NewPassword } from '../../contract/session.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

/** 修改密码: other log-ins end with it. */
export function PasswordCard({ hint, onChanged }: { hint: string; onChanged?: () => void }) {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: ({ current, next }: NewPassword) => call('changePassword', { body: { current, next } }),
    meta: { shown: true },
    onSuccess: (me) => {
      client.setQueryData(keys.me(), me);
      onChanged?.();
    },
  });
  return (
    <Form<NewPassword & { again: string }> layout="vertical" onFinish={(fields) => change.mutate(fields)}>
      <p className="muted" style={{ marginTop: 0 }}>
        {hint}
      </p>
      {change.error ? <ProblemNotice error={change.error} /> : null}
      <Form.Item name="current" label="当前密码" rules={[{ required: true, message: '请填写当前密码' }]}>
        <Input.Password autoComplete="current-password" maxLength={200} />
      </Form.Item>
      <Form.Item
        name="next"
        label="新密码"
        extra="至少 10 位；可以是几个词连成的短语。"
        rules={[{ required: true, min: 10, message: '新密码至少 10 位' }]}
      >
        <Input.Password autoComplete="new-password" maxLength={200} />
      </Form.Item>
      <AgainField />
      <Button type="primary" htmlType="submit" loading={change.isPending}>
        修改密码
      </Button>
      <span role="status" className="muted" style={{ marginLeft: 12 }}>
        {change.isSuccess ? '密码已修改，其他登录已退出' : ''}
      </span>
    </Form>
  );
}

/** Typed twice, so that nobody is locked out by a slip. */
const AgainField = () => (
  <Form.Item
    name="again"
    label="再输一次新密码"
    dependencies={['next']}
    rules={[
      { required: true, message: '请再输一次' },
      ({ getFieldValue }) => ({
        validator: (_, value) =>
          value === undefined || value === getFieldValue('next')
            ? Promise.resolve()
            : Promise.reject(new Error('两次输入不一致')),
      }),
    ]}
  >
    <Input.Password autoComplete="new-password" maxLength={200} />
  </Form.Item>
);
