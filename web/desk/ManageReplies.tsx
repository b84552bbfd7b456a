import { DeleteOutlined, EditOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { REPLIES_MOST, type ReplyRequest, type SavedReply } from '../../contract/desk.ts';
import { citation, type Provision } from '../../rules/articles.ts';
import { RETURN_REASONS, type ReturnReason } from '../../rules/vocabulary.ts';
import { optionsOf } from '../declare/controls.tsx';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { FormModal } from '../parts/FormModal.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { ARTICLE_OPTIONS } from './ReasonEditor.tsx';

/** So many replies have a key, Alt and their number. */
export const KEYED = 9;

type ManageProps = { items: readonly SavedReply[]; onRemove: (id: string) => void; onClose: () => void };

/** 管理常用语: each is read, changed or removed here, and a new one written. */
export function ManageReplies({ items, onRemove, onClose }: ManageProps) {
  const [editing, setEditing] = useState<'new' | SavedReply | null>(null);
  if (editing !== null) return <ReplyForm editing={editing} onClose={() => setEditing(null)} />;
  return (
    <Modal open title="管理常用语" footer={null} onCancel={onClose}>
      {items.length === 0 ? <Nothing title="还没有常用语">常写的理由或意见存下来，以后一按即可填入。</Nothing> : null}
      {items.map((reply, index) => (
        <div key={reply.id} className="list-row">
          <div className="grow">
            <div>{reply.text}</div>
            <div className="muted small">{kindOf(reply)}</div>
          </div>
          {index < KEYED ? <kbd>Alt+{index + 1}</kbd> : null}
          <Button
            type="text"
            icon={<EditOutlined />}
            aria-label={`修改常用语“${reply.text}”`}
            onClick={() => setEditing(reply)}
          />
          <Button
            type="text"
            icon={<DeleteOutlined />}
            aria-label={`删除常用语“${reply.text}”`}
            onClick={() => onRemove(reply.id)}
          />
        </div>
      ))}
      {items.length < REPLIES_MOST ? (
        <Button icon={<PlusOutlined />} style={{ marginTop: 12 }} onClick={() => setEditing('new')}>
          新写一条
        </Button>
      ) : (
        <p className="muted small">已存满 {REPLIES_MOST} 条，删除不用的才能再添。</p>
      )}
    </Modal>
  );
}

const kindOf = ({ code, article }: SavedReply): string =>
  [code === null ? null : RETURN_REASONS[code], article === null ? null : citation(article)]
    .filter((words) => words !== null)
    .join('　');

type ReplyFields = { text: string; code?: ReturnReason | undefined; article?: Provision | undefined };

function ReplyForm({ editing, onClose }: { editing: 'new' | SavedReply; onClose: () => void }) {
  const save = ({ text, code, article }: ReplyFields, requestKey: string) => {
    const body: ReplyRequest = { text, ...(code && { code }), ...(article && { article }) };
    return editing === 'new'
      ? call('saveReply', { headers: { 'idempotency-key': requestKey }, body })
      : call('changeReply', { params: { id: editing.id }, body });
  };
  return (
    <FormModal<ReplyFields>
      title={editing === 'new' ? '新写常用语' : '修改常用语'}
      okText="保存"
      {...(editing !== 'new' && { start: startOf(editing) })}
      save={save}
      refreshes={[keys.replies()]}
      onClose={onClose}
    >
      <Form.Item name="text" label="内容" rules={[{ required: true, whitespace: true, message: '请填写内容' }]}>
        <Input.TextArea maxLength={120} showCount autoFocus autoSize={{ minRows: 2, maxRows: 5 }} />
      </Form.Item>
      <Form.Item name="code" label="理由类别（选填）" extra="填入理由时，尚未选类别的自动选上。">
        <Select<ReturnReason> allowClear options={optionsOf(RETURN_REASONS)} />
      </Form.Item>
      <Form.Item name="article" label="依据条款（选填）" extra="不予认定时用。">
        <Select<Provision> allowClear showSearch={{ optionFilterProp: 'label' }} options={ARTICLE_OPTIONS} />
      </Form.Item>
    </FormModal>
  );
}

const startOf = ({ text, code, article }: SavedReply): ReplyFields => ({
  text,
  code: code ?? undefined,
  article: article ?? undefined,
});
