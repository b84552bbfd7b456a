import type { ThemeConfig } from 'antd';

const FONT =
  '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", system-ui, sans-serif';

/** One design language for every page; the large type is for those who ask for it in the header. */
export const themeFor = (large: boolean): ThemeConfig => ({
  token: {
    colorPrimary: '#1b4f8f',
    colorLink: '#1b4f8f',
    colorSuccess: '#2b7a3d',
    colorWarning: '#a65600',
    colorError: '#b3261e',
    colorInfo: '#1b4f8f',
    // Behind a tag's text: those that antd derives leave it under the contrast of 4.5.
    colorSuccessBg: '#eaf5ec',
    colorWarningBg: '#fff4e5',
    colorErrorBg: '#fdecea',
    colorInfoBg: '#e8f0fa',
    colorTextSecondary: 'rgba(0,0,0,0.65)',
    colorTextTertiary: 'rgba(0,0,0,0.58)',
    colorTextDescription: 'rgba(0,0,0,0.62)',
    colorTextPlaceholder: 'rgba(0,0,0,0.55)',
    colorBgLayout: '#f3f5f8',
    borderRadius: 4,
    fontFamily: FONT,
    fontSize: large ? 18 : 14,
    controlHeight: large ? 40 : 34,
    motionDurationMid: '0.12s',
    motionDurationSlow: '0.16s',
  },
});
