import { Button } from 'antd';
import { LIST_TEMPLATES, type ListTemplate, TEMPLATE_FORMATS } from '../../contract/imports.ts';
import { addressOf } from '../lib/address.ts';

/** A list to fill in, as either kind of file. */
export const TemplateLinks = ({ list }: { list: ListTemplate }) => (
  <>
    {TEMPLATE_FORMATS.map((format) => (
      <Button
        key={format}
        type="link"
        style={{ padding: 0 }}
        download={`${LIST_TEMPLATES[list]}.${format}`}
        href={addressOf('listTemplate', { params: { list }, query: { format } })}
      >
        下载模板（{format.toUpperCase()}）
      </Button>
    ))}
  </>
);
