import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Form, Input, Segmented, Tag } from 'antd';
import { useState } from 'react';
import type { Escalation, EscalationsQuery } from '../../contract/overdue.ts';
import { STAGE_KINDS } from '../../rules/vocabulary.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay, formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useTitle } from '../lib/title.ts';
import { FormModal } from '../parts/FormModal.tsx';
import { Loading } from '../parts/Loading.tsx';
import { LoadMore } from '../parts/LoadMore.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

type Box = EscalationsQuery['box'];

/** 督办: late reviews that the system has put before the reader's body. It urges; the body that is late decides. */
export function EscalationsPage() {
  useTitle('督办');
  const [box, setBox] = useState<Box>('open');
  const list = useInfiniteQuery({
    queryKey: keys.escalations(box),
    queryFn: ({ pageParam }) => call('escalations', { query: { box, limit: 30, after: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const open = list.data?.pages[0]?.open;
  return (
    <>
      <div className="page-head">
        <div>
          <h1>督办</h1>
          <div className="muted">
            下级机构逾期满5个工作日仍未办结的审核，由系统提交本机构督办。系统和督办都不代为作出决定。
          </div>
        </div>
        <Segmented<Box>
          value={box}
          onChange={setBox}
          options={[
            { value: 'open', label: `未办结${open === undefined ? '' : ` ${open}`}` },
            { value: 'all', label: '全部' },
          ]}
        />
      </div>
      <section className="panel">
        {list.error ? <ProblemNotice error={list.error} onRetry={() => inBackground(list.refetch())} /> : null}
        {list.isLoading ? <Loading /> : null}
        {list.data !== undefined && items.length === 0 ? (
          <Nothing title="没有需要督办的事项">下级机构的审核逾期满5个工作日后，会列在这里。</Nothing>
        ) : null}
        {items.map((item) => (
          <Row key={item.id} item={item} />
        ))}
        <LoadMore list={list} />
      </section>
    </>
  );
}

function Row({ item }: { item: Escalation }) {
  const [isUrging, setUrging] = useState(false);
  return (
    <article className="list-row" style={{ alignItems: 'flex-start' }} aria-label={item.title}>
      <div className="grow">
        <Link to="/claims/$claimId" params={{ claimId: item.claimId }}>
          <strong>{item.title}</strong>
        </Link>{' '}
        {item.isOpen ? <Tag color="error">逾期未办结</Tag> : <Tag color="success">已办结</Tag>}
        <div>
          {item.organisationName}　{STAGE_KINDS[item.stage]}
          {item.holderName === null ? '（无人认领）' : `（${item.holderName}已认领）`}
        </div>
        <div className="muted small">
          {item.declarantName}　{item.employerName}　应于{formatDay(item.dueOn)}前办结；{formatDay(item.escalatedOn)}
          提交{item.superiorName}督办
        </div>
        {item.urgings.map((urging) => (
          <div key={urging.at} className="small">
            {formatInstant(urging.at)} {urging.by}督办：{urging.note}
          </div>
        ))}
      </div>
      {item.isOpen ? (
        <Button disabled={!item.mayUrge} onClick={() => setUrging(true)}>
          {item.mayUrge ? '督办' : '今天已督办'}
        </Button>
      ) : null}
      {isUrging ? <Urge item={item} onClose={() => setUrging(false)} /> : null}
    </article>
  );
}

function Urge({ item, onClose }: { item: Escalation; onClose: () => void }) {
  return (
    <FormModal<{ note: string }>
      title={`督办${item.organisationName}`}
      okText="督办"
      refreshes={[keys.escalations()]}
      save={({ note }, key) =>
        call('urge', { params: { id: item.id }, headers: { 'idempotency-key': key }, body: { note } })
      }
      onClose={onClose}
    >
      <Form.Item name="note" label="督办意见" rules={[{ required: true, whitespace: true, message: '请填写督办意见' }]}>
        <Input.TextArea maxLength={500} showCount rows={4} placeholder="办理人员会收到这段意见" />
      </Form.Item>
    </FormModal>
  );
}
