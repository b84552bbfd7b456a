import { Alert, Button, Input } from 'antd';
import { useRef, useState } from 'react';
import type { Evidence } from '../../contract/evidence.ts';
import type { TaskDetail } from '../../contract/tasks.ts';
import type { Outcome } from '../../rules/vocabulary.ts';
import { placesOf } from '../declare/facts.ts';
import { LineHours } from './LineHours.tsx';
import { ReasonEditor } from './ReasonEditor.tsx';
import { Replies } from './Replies.tsx';
import { type VerdictDraft, withReply } from './verdict.ts';

type WritingProps = {
  detail: TaskDetail;
  pieces: readonly Evidence[];
  verdict: VerdictDraft;
  outcome: Outcome;
  onVerdict: (verdict: VerdictDraft) => void;
};

/** What belongs to the chosen outcome: hours to lower, or reasons; and a comment. */
export function Writing(props: WritingProps) {
  const { verdict, outcome, onVerdict } = props;
  /** The reason that is being written, which a saved reply goes into. */
  const writing = useRef<string | null>(null);
  return (
    <div className="stack">
      {outcome === 'approve' ? (
        <Lowering {...props} />
      ) : (
        <Reasons {...props} onWriting={(key) => (writing.current = key)} />
      )}
      <Consequence outcome={outcome} />
      <div className="row" style={{ flexWrap: 'nowrap', alignItems: 'flex-start' }}>
        <Input.TextArea
          aria-label="审核意见"
          placeholder="审核意见（选填）"
          value={verdict.comment}
          maxLength={1000}
          autoSize={{ minRows: 1, maxRows: 4 }}
          onChange={(event) => onVerdict({ ...verdict, comment: event.target.value })}
        />
        <Replies verdict={verdict} onInsert={(reply) => onVerdict(withReply(verdict, reply, writing.current))} />
      </div>
    </div>
  );
}

function Lowering({ detail, verdict, onVerdict }: WritingProps) {
  const { recognition, left } = detail;
  const lines = recognition.outcome === 'accepted' ? recognition.lines.filter((line) => line.hundredths > 0) : [];
  const [isLowering, setLowering] = useState(Object.keys(verdict.lowered).length > 0);
  if (isLowering) {
    const onChange = (lowered: VerdictDraft['lowered']) => onVerdict({ ...verdict, lowered });
    return <LineHours lines={lines} left={left} lowered={verdict.lowered} onChange={onChange} />;
  }
  if (lines.length === 0) return null;
  return (
    <div>
      <Button size="small" onClick={() => setLowering(true)}>
        核减学时
      </Button>
    </div>
  );
}

function Reasons({
  detail,
  pieces,
  verdict,
  outcome,
  onVerdict,
  onWriting,
}: WritingProps & { onWriting: (key: string) => void }) {
  const places = [
    ...placesOf(detail.claim.declaration).map(({ path, label }) => ({ value: path, label })),
    ...pieces.map(({ id, fileName }) => ({ value: `evidence:${id}`, label: `材料：${fileName}` })),
  ];
  return (
    <ReasonEditor
      reasons={verdict.reasons}
      places={places}
      withArticle={outcome === 'reject'}
      onWriting={onWriting}
      onChange={(reasons) => onVerdict({ ...verdict, reasons })}
    />
  );
}

function Consequence({ outcome }: { outcome: Outcome }) {
  if (outcome === 'approve') return null;
  if (outcome === 'return')
    return <div className="muted small">退回后申报人有 15 个工作日补正，重新提交后自初审重新办理。</div>;
  return (
    <Alert
      type="warning"
      title="不予认定后本次申报结束。申报人会看到理由、依据条款，并被告知可以申请一次复核或补充材料后重新申报。"
    />
  );
}
