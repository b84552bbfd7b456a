import { Spin } from 'antd';

/** Something is on its way. */
export const Loading = ({ what = '正在加载' }: { what?: string }) => (
  <div className="centre" role="status">
    <Spin />
    <span className="muted">{what}…</span>
  </div>
);
