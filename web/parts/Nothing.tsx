import { InboxOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';

/** An empty place that says why it is empty and what to do. */
export function Nothing({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="centre">
      <InboxOutlined style={{ fontSize: 40, color: '#8a97a8' }} aria-hidden />
      <strong>{title}</strong>
      {children === undefined ? null : <div className="muted">{children}</div>}
    </div>
  );
}
