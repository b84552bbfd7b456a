import { z } from 'zod';

/** What is wrong with a field, in words for whoever filled it in. A schema's own message comes first; what is not listed here is zod's Chinese. */
export function speakChinese(): void {
  z.config({ ...z.locales.zhCN(), customError: messageOf });
}

const messageOf: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? '必须填写' : `应为${KINDS[issue.expected] ?? '其他类型的内容'}`;
    case 'unrecognized_keys':
      return `不能有未知的内容：${issue.keys.slice(0, 5).join('、').slice(0, 100)}`;
    case 'invalid_value':
      return `只能是：${issue.values.map(String).join('、')}`;
    case 'invalid_union':
      return '选项无效，请从列表中选择';
    case 'too_big':
      return `不能超过 ${String(issue.maximum)}`;
    case 'too_small':
      return `不能少于 ${String(issue.minimum)}`;
    case 'custom':
    case 'invalid_element':
    case 'invalid_format':
    case 'invalid_key':
    case 'not_multiple_of':
      return undefined;
  }
};

const KINDS: Record<string, string> = {
  string: '文字',
  number: '数字',
  int: '整数',
  boolean: '是或否',
  array: '列表',
  object: '一组内容',
};
