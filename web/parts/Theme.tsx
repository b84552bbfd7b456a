import { App, ConfigProvider } from 'antd';
import zhCN from 'antd/locale/zh_CN';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { type ReactNode, useEffect, useMemo } from 'react';
import { LargeType } from '../lib/large-type.ts';
import { useRemembered } from '../lib/stored.ts';
import { themeFor } from '../theme.ts';
import { FaultNotices } from './FaultNotices.tsx';

dayjs.locale('zh-cn');

/** Language, tokens and the large type, around everything. */
export function Theme({ children }: { children: ReactNode }) {
  const [size, setSize] = useRemembered('type', 'normal');
  const isLarge = size === 'large';
  useEffect(() => {
    document.documentElement.dataset['type'] = isLarge ? 'large' : 'normal';
  }, [isLarge]);
  const choice = useMemo(() => ({ isLarge, toggle: () => setSize(isLarge ? 'normal' : 'large') }), [isLarge, setSize]);
  const theme = useMemo(() => themeFor(isLarge), [isLarge]);
  return (
    <LargeType value={choice}>
      <ConfigProvider locale={zhCN} theme={theme} button={{ autoInsertSpace: false }}>
        <App>
          <FaultNotices />
          {children}
        </App>
      </ConfigProvider>
    </LargeType>
  );
}
