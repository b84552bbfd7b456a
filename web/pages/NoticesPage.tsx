import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Badge, Button, Form, Input, Radio } from 'antd';
import { type ContactWishes, EMAIL_WISHES, type ShownNotice, SMS_WISHES } from '../../contract/notices.ts';
import { optionsOf } from '../declare/controls.tsx';
import { inBackground } from '../lib/faults.ts';
import { formatInstant, withDays } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useTitle } from '../lib/title.ts';
import { Loading } from '../parts/Loading.tsx';
import { LoadMore } from '../parts/LoadMore.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

/** 消息: what a person has been told, and how they wish to be told. */
export function NoticesPage() {
  useTitle('消息');
  return (
    <>
      <div className="page-head">
        <h1>消息</h1>
        <ReadAll />
      </div>
      <List />
      <Wishes />
    </>
  );
}

function List() {
  const notices = useInfiniteQuery({
    queryKey: keys.notices('list'),
    queryFn: ({ pageParam }) => call('notices', { query: { after: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const items = notices.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className="panel" aria-label="消息列表">
      {notices.error ? <ProblemNotice error={notices.error} onRetry={() => inBackground(notices.refetch())} /> : null}
      {notices.isLoading ? <Loading /> : null}
      {notices.data !== undefined && items.length === 0 ? (
        <Nothing title="还没有消息">申报的退回、备案等进展会出现在这里。</Nothing>
      ) : null}
      {items.map((notice) => (
        <Row key={notice.id} notice={notice} />
      ))}
      <LoadMore list={notices} />
    </section>
  );
}

/** Opening a notice reads it. One that leads nowhere is read by its button. */
function Row({ notice }: { notice: ShownNotice }) {
  const read = useRead();
  const content = (
    <>
      <span className="grow">
        <strong>{notice.title}</strong>
        {notice.isRead ? null : <Badge status="processing" text="未读" style={{ marginLeft: 8 }} />}
        <div className="muted">{withDays(notice.text)}</div>
      </span>
      <span className="muted small">{formatInstant(notice.at)}</span>
    </>
  );
  const onOpen = () => {
    if (!notice.isRead) read.mutate({ ids: [notice.id] });
  };
  if (notice.path !== null) {
    return (
      <Link className="list-row" to={notice.path} onClick={onOpen}>
        {content}
      </Link>
    );
  }
  return (
    <div className="list-row">
      {content}
      {notice.isRead ? null : (
        <Button size="small" onClick={onOpen}>
          知道了
        </Button>
      )}
    </div>
  );
}

function useRead() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (which: { ids: string[] } | { all: true }) => call('readNotices', { body: which }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.notices() }),
  });
}

function ReadAll() {
  const read = useRead();
  return (
    <Button loading={read.isPending} onClick={() => read.mutate({ all: true })}>
      全部标为已读
    </Button>
  );
}

function Wishes() {
  const contact = useQuery({ queryKey: keys.contact(), queryFn: () => call('contact', {}) });
  return (
    <section className="panel" aria-labelledby="wishes">
      <h2 id="wishes">怎样通知我</h2>
      {contact.error ? <ProblemNotice error={contact.error} onRetry={() => inBackground(contact.refetch())} /> : null}
      {contact.data === undefined ? <Loading /> : <WishesForm wishes={contact.data} />}
    </section>
  );
}

function WishesForm({ wishes }: { wishes: ContactWishes }) {
  const client = useQueryClient();
  const save = useMutation({
    meta: { shown: true },
    mutationFn: ({ email, phone, ...rest }: ContactWishes) =>
      call('changeContact', { body: { ...rest, email: email || null, phone: phone || null } }),
    onSuccess: (saved) => {
      client.setQueryData(keys.contact(), saved);
    },
  });
  return (
    <Form<ContactWishes> layout="vertical" initialValues={wishes} onFinish={(values) => save.mutate(values)}>
      <p className="muted">站内消息总会保留；下面两项可选。消息内容不含证件号码。</p>
      <Form.Item name="email" label="电子邮箱">
        <Input inputMode="email" autoComplete="email" maxLength={254} style={{ maxWidth: 360 }} />
      </Form.Item>
      <Form.Item name="emailWish" label="邮件通知">
        <Radio.Group options={optionsOf(EMAIL_WISHES)} />
      </Form.Item>
      <Form.Item name="phone" label="手机号">
        <Input inputMode="tel" autoComplete="tel" maxLength={11} style={{ maxWidth: 360 }} />
      </Form.Item>
      <Form.Item name="smsWish" label="短信通知">
        <Radio.Group options={optionsOf(SMS_WISHES)} />
      </Form.Item>
      {save.error ? <ProblemNotice error={save.error} /> : null}
      <Button type="primary" htmlType="submit" loading={save.isPending}>
        保存
      </Button>
      <span role="status" className="muted" style={{ marginLeft: 12 }}>
        {save.isSuccess ? '已保存' : ''}
      </span>
    </Form>
  );
}
