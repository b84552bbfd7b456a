import { Form, Input } from 'antd';

type WordsProps = {
  name: string | (string | number)[];
  label: string;
  most: number;
  rows?: number;
  required?: boolean;
};

/** A text of several lines. */
export const Words = ({ name, label, most, rows = 3, required = true }: WordsProps) => (
  <Form.Item
    name={name}
    label={label}
    rules={required ? [{ required: true, whitespace: true, message: `请填写${label}` }] : []}
  >
    <Input.TextArea maxLength={most} showCount autoSize={{ minRows: rows, maxRows: 12 }} />
  </Form.Item>
);
