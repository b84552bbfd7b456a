import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { Alert, Button, Form, Input, Popconfirm } from 'antd';
import { useState } from 'react';
import { legalDay } from '../../rules/calendar.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { waysQuery } from '../lib/ways-in.ts';
import { FormModal } from '../parts/FormModal.tsx';
import { Loading } from '../parts/Loading.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { SignInFaultNotice } from './SignInFaultNotice.tsx';

const ownQuery = { queryKey: keys.ownIdentity(), queryFn: () => call('ownIdentity', {}) };

/** What became of linking, for who comes back from the provider. */
export function IdentityNews() {
  const news = useNews();
  return news === null ? null : <div style={{ marginBottom: 16 }}>{news}</div>;
}

function useNews() {
  const { fault, linked } = useSearch({ from: '/shell/me/career' });
  const own = useQuery(ownQuery);
  if (fault !== undefined) return <SignInFaultNotice fault={fault} />;
  // The address alone says nothing.
  if (linked !== true || typeof own.data?.linkedAt !== 'string') return null;
  return <Alert role="status" type="success" showIcon title="统一身份已关联，今后可以用它登录。" />;
}

/** 统一身份: one's account linked to the identity provider, or not; absent where none is configured. */
export function IdentitySection() {
  const ways = useQuery(waysQuery);
  const own = useQuery(ownQuery);
  if (!ways.data?.provider) return null;
  return (
    <section className="panel" aria-labelledby="my-identity">
      <h2 id="my-identity">统一身份</h2>
      {own.error ? <ProblemNotice error={own.error} onRetry={() => inBackground(own.refetch())} /> : null}
      {own.isLoading ? <Loading /> : null}
      {own.data === undefined ? null : own.data.linkedAt === null ? <Link /> : <Linked since={own.data.linkedAt} />}
    </section>
  );
}

function Link() {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <p className="muted" style={{ marginTop: 0 }}>
        尚未关联。关联后，可以经统一身份认证登录本系统，密码登录照常可用。
      </p>
      <Button onClick={() => setAsking(true)}>关联统一身份</Button>
      {isAsking ? (
        <FormModal<{ password: string }, { continueAt: string }>
          title="关联统一身份"
          okText="前往统一身份认证"
          save={(body) => call('linkOwnIdentity', { body })}
          refreshes={[]}
          onSaved={({ continueAt }) => window.location.assign(continueAt)}
          onClose={() => setAsking(false)}
        >
          <p className="muted">先验证您在本系统的密码，再到统一身份认证登录一次。</p>
          <Form.Item name="password" label="登录密码" rules={[{ required: true, message: '请填写登录密码' }]}>
            <Input.Password autoComplete="current-password" maxLength={200} autoFocus />
          </Form.Item>
        </FormModal>
      ) : null}
    </>
  );
}

function Linked({ since }: { since: string }) {
  const client = useQueryClient();
  const unlink = useMutation({
    mutationFn: () => call('unlinkOwnIdentity', {}),
    meta: { shown: true },
    // All of it: the session may have ended with the link.
    onSuccess: () => client.invalidateQueries(),
  });
  return (
    <>
      <p style={{ marginTop: 0 }}>已于{formatDay(legalDay(Date.parse(since)))}关联，可以经统一身份认证登录。</p>
      <Popconfirm
        title="解除统一身份关联？"
        description="经它打开的登录立即退出，今后须用用户名和密码登录；忘记密码的，请先联系单位管理员重置。"
        okText="解除"
        cancelText="取消"
        onConfirm={() => unlink.mutate()}
      >
        <Button loading={unlink.isPending}>解除关联</Button>
      </Popconfirm>
      {unlink.error ? <ProblemNotice error={unlink.error} /> : null}
    </>
  );
}
