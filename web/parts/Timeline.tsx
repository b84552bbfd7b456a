import { CheckCircleOutlined, ClockCircleOutlined, MinusCircleOutlined } from '@ant-design/icons';
import { Timeline as AntTimeline } from 'antd';
import type { ReactNode } from 'react';

export type Happening = {
  key: string;
  /** Past, going on, or still to come. */
  when: 'past' | 'now' | 'next';
  title: ReactNode;
  detail?: ReactNode;
};

const ICONS = {
  past: <CheckCircleOutlined style={{ color: '#2b7a3d' }} aria-label="已完成" />,
  now: <ClockCircleOutlined style={{ color: '#b25e00' }} aria-label="进行中" />,
  next: <MinusCircleOutlined style={{ color: '#6b7785' }} aria-label="后续" />,
};

/** What happened, what goes on, what comes next. */
export const Timeline = ({ happenings }: { happenings: readonly Happening[] }) => (
  <AntTimeline
    items={happenings.map(({ key, when, title, detail }) => ({
      key,
      icon: ICONS[when],
      content: (
        <div>
          <div style={{ fontWeight: when === 'now' ? 600 : 400 }}>{title}</div>
          {detail === undefined ? null : <div className="muted small">{detail}</div>}
        </div>
      ),
    }))}
  />
);
