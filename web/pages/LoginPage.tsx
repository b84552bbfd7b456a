import { useMutation, useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { Button, Input } from 'antd';
import { type SyntheticEvent, useState } from 'react';
import { ownPath } from '../../contract/own-path.ts';
import { addressOf } from '../lib/address.ts';
import { call } from '../lib/http.ts';
import { isOfficial } from '../lib/me.ts';
import { useTitle } from '../lib/title.ts';
import { waysQuery } from '../lib/ways-in.ts';
import { Field, fieldId } from '../parts/Field.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { SignInFaultNotice } from '../people/SignInFaultNotice.tsx';

/** Signs in, then leads to where the person wanted to go. */
export function LoginPage() {
  const { next } = useSearch({ from: '/login' });
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  useTitle('登录');
  const enter = useMutation({
    mutationFn: () => call('signIn', { body: { username: username.trim(), password } }),
    meta: { shown: true },
    onSuccess: (me) => {
      window.location.assign(ownPath(next) ?? (isOfficial(me) ? '/overview' : '/'));
    },
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (username.trim() !== '' && password !== '') enter.mutate();
  };
  return (
    <main className="login">
      <div className="login-card">
        <h1 style={{ textAlign: 'center', fontSize: '1.5rem', margin: '0 0 4px' }}>专业技术人员继续教育学时</h1>
        <p className="muted" style={{ textAlign: 'center', marginTop: 0 }}>
          申报 · 审核 · 备案
        </p>
        <form className="panel" onSubmit={submit}>
          {enter.error ? (
            <div style={{ marginBottom: 16 }} role="alert">
              <ProblemNotice error={enter.error} />
            </div>
          ) : null}
          <ProviderFault />
          <Credentials {...{ username, setUsername, password, setPassword }} />
          <Button
            type="primary"
            htmlType="submit"
            size="large"
            block
            loading={enter.isPending}
            disabled={username.trim() === '' || password === ''}
          >
            登录
          </Button>
          <ProviderButton />
          <p className="muted small" style={{ margin: '16px 0 0' }}>
            演示账号见启动窗口。　<a href="/complain">投诉举报（无需登录）</a>
          </p>
        </form>
      </div>
    </main>
  );
}

/** What became of a sign-in at the identity provider that did not lead in. */
function ProviderFault() {
  const { fault } = useSearch({ from: '/login' });
  const ways = useQuery(waysQuery);
  if (fault === undefined) return null;
  const code = fault === 'unknown' || fault === 'merged' ? ways.data?.linkingCode : null;
  return (
    <div style={{ marginBottom: 16 }}>
      <SignInFaultNotice fault={fault}>
        {code ? (
          <p style={{ margin: '8px 0 0' }}>
            关联码：
            <strong style={{ fontSize: '1.25rem', letterSpacing: '0.05em', whiteSpace: 'nowrap' }}>{code}</strong>
            <span style={{ whiteSpace: 'nowrap' }}>（24 小时内有效）</span>
          </p>
        ) : null}
      </SignInFaultNotice>
    </div>
  );
}

/** The way through the identity provider, where one is configured. A whole load: it leads to another site. */
function ProviderButton() {
  const { next } = useSearch({ from: '/login' });
  const ways = useQuery(waysQuery);
  const provider = ways.data?.provider;
  if (!provider) return null;
  return (
    <Button size="large" block style={{ marginTop: 12 }} href={addressOf('startAtProvider', { query: { next } })}>
      {provider.label}
    </Button>
  );
}

type CredentialsProps = {
  username: string;
  setUsername: (username: string) => void;
  password: string;
  setPassword: (password: string) => void;
};

function Credentials({ username, setUsername, password, setPassword }: CredentialsProps) {
  return (
    <>
      <Field path="username" label="用户名">
        <Input
          id={fieldId('username')}
          autoComplete="username"
          autoFocus
          size="large"
          value={username}
          onChange={(event) => {
            setUsername(event.target.value);
          }}
        />
      </Field>
      <Field path="password" label="密码">
        <Input.Password
          id={fieldId('password')}
          autoComplete="current-password"
          size="large"
          value={password}
          onChange={(event) => {
            setPassword(event.target.value);
          }}
        />
      </Field>
    </>
  );
}
