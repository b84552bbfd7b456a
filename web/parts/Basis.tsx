import { BookOutlined, InfoCircleOutlined } from '@ant-design/icons';
import { Button, Popover } from 'antd';
import type { Cited } from '../../contract/explained.ts';
import { MEASURES } from '../../rules/articles.ts';
import { INTERPRETATIONS, type InterpretationId } from '../../rules/interpretations.ts';
import { withDays } from '../lib/format.ts';

/** The articles a figure rests on; each opens its sentence. */
export function Basis({ cited }: { cited: readonly Cited[] }) {
  const once = [...new Map(cited.map((one) => [one.provision, one])).values()];
  return (
    <>
      {once.map(({ provision, citation, text }) => (
        <Popover
          key={provision}
          trigger="click"
          title={`${MEASURES}${citation}`}
          content={<div style={{ maxWidth: 'min(420px, 80vw)' }}>{text}</div>}
        >
          <Button type="link" size="small" icon={<BookOutlined />} style={{ paddingInline: 4 }}>
            {citation}
          </Button>
        </Popover>
      ))}
    </>
  );
}

/** Marks where the text of the law is open and a reading of the system's decided. */
export function Reading({ id }: { id: InterpretationId }) {
  return (
    <Popover
      trigger="click"
      title={`系统默认解释 ${id}`}
      content={
        <div style={{ maxWidth: 'min(420px, 80vw)' }}>
          {INTERPRETATIONS[id].text}
          <div className="muted small">条文由省人力资源和社会保障厅负责解释；如有新的解释，以其为准。</div>
        </div>
      }
    >
      <Button type="link" size="small" icon={<InfoCircleOutlined />} style={{ paddingInline: 4 }}>
        系统默认解释 {id}
      </Button>
    </Popover>
  );
}

const isReading = (id: string): id is InterpretationId => id in INTERPRETATIONS;

/** A sentence of the rules in which a named reading can be opened. */
export function RuleText({ text }: { text: string }) {
  const ids = [...text.matchAll(/系统默认解释 (D-\d+)/g)].map((match) => match[1] ?? '').filter(isReading);
  return (
    <>
      {withDays(text)}
      {ids.map((id) => (
        <Reading key={id} id={id} />
      ))}
    </>
  );
}
