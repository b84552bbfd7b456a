import { Modal } from 'antd';

const KEYS: readonly [string, string][] = [
  ['J / K', '下一项 / 上一项'],
  ['E', '看下一份证明材料'],
  ['+ / - / T', '放大、缩小、旋转图片'],
  ['A', '同意'],
  ['R', '退回补正'],
  ['X', '不予认定'],
  ['Alt + 1 … 9', '填入第几条常用语'],
  ['Ctrl + Enter', '确认提交决定'],
  ['Esc', '收起正在填写的决定'],
  ['U', '撤销刚作出的决定（10 秒内）'],
  ['S', '选中或取消选中当前项（批量办理）'],
  ['0 / 1 … 9', '全部待办 / 我的第几个视图'],
  ['/', '搜索'],
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
