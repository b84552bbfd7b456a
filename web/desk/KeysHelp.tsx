import { Modal } from 'antd';

const KEYS: readonly [string, string][] = [
  ['J / K', '下一项 / 上一项'],
  ['A', '同意'],
  ['R', '退回补正'],
  ['X', '不予认定'],
  ['S', '选中或取消选中当前项（批量办理）'],
  ['/', '搜索'],
  ['Ctrl + Enter', '确认提交决定'],
  ['Esc', '收起正在填写的决定'],
  ['?', '显示本帮助'],
];

/** The keys of the desk. */
export const KeysHelp = ({ open, onClose }: { open: boolean; onClose: () => void }) => (
  <Modal title="键盘操作" open={open} footer={null} onCancel={onClose}>
    <p className="muted">输入文字时（包括中文输入法选字时）字母键不触发操作。</p>
    <table className="plain-table">
      <tbody>
        {KEYS.map(([key, what]) => (
          <tr key={key}>
            <td>
              <kbd>{key}</kbd>
            </td>
            <td>{what}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </Modal>
);
