import { App } from 'antd';
import { useEffect } from 'react';
import { onFault } from '../lib/faults.ts';
import { told } from '../lib/problem.ts';

/** Shows what no other part of the page shows. */
export function FaultNotices() {
  const { notification } = App.useApp();
  useEffect(
    () =>
      onFault((error) => {
        const { title, detail, fix } = told(error);
        notification.error({ title, description: `${detail}${fix}`, duration: 12 });
      }),
    [notification],
  );
  return null;
}
