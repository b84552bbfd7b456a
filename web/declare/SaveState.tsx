import { CheckCircleOutlined, CloudSyncOutlined, EditOutlined, WarningOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import type { Autosave } from './autosave.ts';

const SAVE_WORDS = {
  untouched: { icon: <EditOutlined />, text: '填写的内容会自动保存，换一台电脑或手机也可以继续填写。' },
  incomplete: { icon: <CheckCircleOutlined />, text: '草稿已自动保存；尚未填写完整，可随时离开，在任何设备上继续。' },
  saving: { icon: <CloudSyncOutlined />, text: '正在保存草稿…' },
  saved: { icon: <CheckCircleOutlined />, text: '草稿已自动保存，可随时离开，稍后继续。' },
  failed: { icon: <WarningOutlined />, text: '草稿未能保存到系统，已暂存在本机浏览器。' },
  conflict: { icon: <WarningOutlined />, text: '草稿已在别处修改，自动保存已停止。' },
} as const;

/** Where the draft is safe. */
export function SaveState({ autosave }: { autosave: Autosave }) {
  const { icon, text } = SAVE_WORDS[autosave.status];
  return (
    <div className="stack" style={{ marginTop: 12 }}>
      <div className="muted small" role="status" data-testid="save-state" data-status={autosave.status}>
        {icon} {text}
      </div>
      {autosave.error && autosave.status !== 'saving' ? <ProblemNotice error={autosave.error} /> : null}
      {autosave.status === 'conflict' ? (
        <Button
          onClick={() => {
            window.location.reload();
          }}
        >
          载入最新内容
        </Button>
      ) : null}
    </div>
  );
}
