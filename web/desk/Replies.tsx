import { DeleteOutlined, MessageOutlined } from '@ant-design/icons';
import { Button, Dropdown, Modal } from 'antd';
import { useState } from 'react';
import type { ReplyRequest, SavedReply } from '../../contract/desk.ts';
import { citation } from '../../rules/articles.ts';
import { RETURN_REASONS } from '../../rules/vocabulary.ts';
import { useHotkeys } from '../lib/hotkeys.ts';
import { Nothing } from '../parts/Nothing.tsx';
import { useReplies } from './use-replies.ts';
import type { VerdictDraft } from './verdict.ts';

const KEYED = 9;

type RepliesProps = { verdict: VerdictDraft; onInsert: (reply: SavedReply) => void };

/** 常用语: put in by Alt and its number or from the menu; what is written now can be kept as one. */
export function Replies({ verdict, onInsert }: RepliesProps) {
  const { items, keep, remove } = useReplies();
  const [isManaging, setManaging] = useState(false);
  useHotkeys(
    Object.fromEntries(items.slice(0, KEYED).map((reply, index) => [`Alt+${index + 1}`, () => onInsert(reply)])),
  );
  const written = writtenNow(verdict);
  const menu = [
    ...items.map((reply, index) => ({
      key: reply.id,
      label: reply.text,
      ...(index < KEYED && { extra: `Alt+${index + 1}` }),
      onClick: () => onInsert(reply),
    })),
    { type: 'divider' as const },
    {
      key: 'keep',
      label: '把写好的话存为常用语',
      disabled: written === null,
      onClick: () => written !== null && keep(written),
    },
    { key: 'manage', label: '管理常用语', onClick: () => setManaging(true) },
  ];
  return (
    <>
      <Dropdown
        trigger={['click']}
        menu={{ items: menu, className: 'reply-menu' }}
        placement="topRight"
        // Inside the page's landmark, where a reader of the screen looks for it.
        getPopupContainer={(button) => button.closest('main') ?? document.body}
      >
        <Button icon={<MessageOutlined />}>常用语</Button>
      </Dropdown>
      {isManaging ? <Manage items={items} onRemove={remove} onClose={() => setManaging(false)} /> : null}
    </>
  );
}

/** The words that would be kept: of the last reason that has any, with its kind; of an approval the comment. */
function writtenNow({ outcome, reasons, comment }: VerdictDraft): ReplyRequest | null {
  if (outcome === 'approve') return comment.trim() === '' ? null : { text: comment.trim().slice(0, 120) };
  const reason = reasons.findLast(({ text }) => text.trim() !== '');
  if (reason === undefined) return null;
  return {
    text: reason.text.trim(),
    ...(reason.code !== null && { code: reason.code }),
    ...(reason.article !== '' && { article: reason.article }),
  };
}

type ManageProps = { items: readonly SavedReply[]; onRemove: (id: string) => void; onClose: () => void };

const Manage = ({ items, onRemove, onClose }: ManageProps) => (
  <Modal open title="管理常用语" footer={null} onCancel={onClose}>
    {items.length === 0 ? (
      <Nothing title="还没有常用语">写好一条理由或意见后，在“常用语”中选择“把写好的话存为常用语”。</Nothing>
    ) : null}
    {items.map((reply, index) => (
      <div key={reply.id} className="list-row">
        <div className="grow">
          <div>{reply.text}</div>
          <div className="muted small">{kindOf(reply)}</div>
        </div>
        {index < KEYED ? <kbd>Alt+{index + 1}</kbd> : null}
        <Button
          type="text"
          icon={<DeleteOutlined />}
          aria-label={`删除常用语“${reply.text}”`}
          onClick={() => onRemove(reply.id)}
        />
      </div>
    ))}
  </Modal>
);

const kindOf = ({ code, article }: SavedReply): string =>
  [code === null ? null : RETURN_REASONS[code], article === null ? null : citation(article)]
    .filter((words) => words !== null)
    .join('　');
