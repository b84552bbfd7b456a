import { App, Input } from 'antd';
import { inBackground } from '../lib/faults.ts';

/** Copies a text and says so; where the browser withholds its clipboard (pages over plain http), shows it to be copied by hand. */
export function useCopy(): (text: string, said: string) => void {
  const { message, modal } = App.useApp();
  return (text, said) => {
    // The DOM's types say it is always there; browsers withhold it outside secure contexts.
    const clipboard = (navigator as Partial<Navigator>).clipboard;
    if (clipboard === undefined) {
      modal.info({ title: '请选中后按 Ctrl+C 复制', content: <Input.TextArea readOnly autoSize value={text} /> });
      return;
    }
    inBackground(clipboard.writeText(text).then(() => void message.success(said)));
  };
}
