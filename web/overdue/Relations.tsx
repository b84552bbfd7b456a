import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Popconfirm, Select } from 'antd';
import { useState } from 'react';
import type { RelationRequest } from '../../contract/leaves.ts';
import { DECLARED_RELATIONS } from '../../rules/vocabulary.ts';
import { optionsOf } from '../declare/controls.tsx';
import { inBackground } from '../lib/faults.ts';
import { formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { FormModal } from '../parts/FormModal.tsx';
import { Loading } from '../parts/Loading.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { PersonFields } from '../people/fields.tsx';

/** 回避关系: family somebody declares once, so that neither reviews the other. */
export function Relations() {
  const relations = useQuery({ queryKey: keys.relations(), queryFn: () => call('relations', {}) });
  const [isAdding, setAdding] = useState(false);
  return (
    <section className="panel" aria-labelledby="relations">
      <h2 id="relations">回避关系</h2>
      <div className="row" style={{ justifyContent: 'space-between' }}>
        <span className="muted">登记后，您与对方互不审核对方的申报（第二十三条）。只有您本人能看到这份名单。</span>
        <Button onClick={() => setAdding(true)}>登记亲属</Button>
      </div>
      {relations.error ? (
        <ProblemNotice error={relations.error} onRetry={() => inBackground(relations.refetch())} />
      ) : null}
      {relations.isLoading ? <Loading /> : null}
      {relations.data?.items.length === 0 ? <Nothing title="没有登记的回避关系" /> : null}
      {relations.data?.items.map(({ id, name, idNumberMasked, relationLabel, declaredAt }) => (
        <div key={id} className="list-row">
          <span className="grow">
            <strong>{name}</strong>　{relationLabel}
            <div className="muted small">
              {idNumberMasked}　{formatInstant(declaredAt)}登记
            </div>
          </span>
          <End id={id} name={name} />
        </div>
      ))}
      {isAdding ? <Add onClose={() => setAdding(false)} /> : null}
    </section>
  );
}

function End({ id, name }: { id: string; name: string }) {
  const client = useQueryClient();
  const end = useMutation({
    mutationFn: () => call('endRelation', { params: { id } }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.relations() }),
  });
  return (
    <Popconfirm title={`终止与${name}的回避关系？`} okText="终止" cancelText="返回" onConfirm={() => end.mutate()}>
      <Button loading={end.isPending}>终止</Button>
    </Popconfirm>
  );
}

function Add({ onClose }: { onClose: () => void }) {
  return (
    <FormModal<RelationRequest>
      title="登记亲属"
      okText="登记"
      refreshes={[keys.relations()]}
      save={(body, key) => call('declareRelation', { headers: { 'idempotency-key': key }, body })}
      onClose={onClose}
    >
      <PersonFields />
      <Form.Item name="relation" label="关系" rules={[{ required: true, message: '请选择关系' }]}>
        <Select options={optionsOf(DECLARED_RELATIONS)} />
      </Form.Item>
    </FormModal>
  );
}
