import { MessageOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { useState } from 'react';
import type { ReplyRequest, SavedReply } from '../../contract/desk.ts';
import { useHotkeys } from '../lib/hotkeys.ts';
import { KEYED, ManageReplies } from './ManageReplies.tsx';
import { useReplies } from './use-replies.ts';
import type { VerdictDraft } from './verdict.ts';

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
      {isManaging ? <ManageReplies items={items} onRemove={remove} onClose={() => setManaging(false)} /> : null}
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
