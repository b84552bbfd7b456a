import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Input, Select } from 'antd';
import { ARTICLES, citation, type Provision } from '../../rules/articles.ts';
import { RETURN_REASONS, type ReturnReason } from '../../rules/vocabulary.ts';
import { optionsOf } from '../declare/controls.tsx';
import { newReason, type ReasonDraft } from './verdict.ts';

/** The articles a rejection can rest on: what is coded, in the law's order. */
const ARTICLE_OPTIONS = (Object.keys(ARTICLES) as Provision[])
  .filter((provision) => 'coded' in ARTICLES[provision])
  .map((provision) => ({ value: provision, label: citation(provision) }));

type ReasonEditorProps = {
  reasons: readonly ReasonDraft[];
  places: readonly { value: string; label: string }[];
  /** A rejection names its article. */
  withArticle: boolean;
  onChange: (reasons: ReasonDraft[]) => void;
};

/** Structured reasons: what is wrong, where, and in words. */
export function ReasonEditor({ reasons, places, withArticle, onChange }: ReasonEditorProps) {
  const change = (key: string, part: Partial<ReasonDraft>) => {
    onChange(reasons.map((reason) => (reason.key === key ? { ...reason, ...part } : reason)));
  };
  return (
    <div className="stack">
      {reasons.map((reason, index) => (
        <div key={reason.key} className="row" style={{ alignItems: 'flex-start' }}>
          <Select<ReturnReason>
            aria-label={`理由 ${index + 1} 类别`}
            placeholder="理由类别"
            value={reason.code}
            options={optionsOf(RETURN_REASONS)}
            autoFocus={index === reasons.length - 1}
            onChange={(code) => {
              change(reason.key, { code });
            }}
            style={{ width: 220 }}
          />
          <Select<string>
            aria-label={`理由 ${index + 1} 位置`}
            placeholder="涉及的栏目或材料"
            allowClear
            value={reason.place === '' ? null : reason.place}
            options={[...places]}
            onChange={(place?: string) => {
              change(reason.key, { place: place ?? '' });
            }}
            style={{ width: 180 }}
          />
          {withArticle ? (
            <Select<Provision>
              aria-label={`理由 ${index + 1} 依据条款`}
              placeholder="依据条款"
              showSearch={{ optionFilterProp: 'label' }}
              value={reason.article === '' ? null : reason.article}
              options={ARTICLE_OPTIONS}
              onChange={(article) => {
                change(reason.key, { article });
              }}
              style={{ width: 180 }}
            />
          ) : null}
          <Input
            aria-label={`理由 ${index + 1} 说明`}
            placeholder="写明问题和怎样改，申报人会看到"
            value={reason.text}
            maxLength={120}
            onChange={(event) => {
              change(reason.key, { text: event.target.value });
            }}
            style={{ flex: '1 1 220px' }}
          />
          {reasons.length > 1 ? (
            <Button
              type="text"
              icon={<DeleteOutlined />}
              aria-label={`删除理由 ${index + 1}`}
              onClick={() => {
                onChange(reasons.filter(({ key }) => key !== reason.key));
              }}
            />
          ) : null}
        </div>
      ))}
      <div>
        <Button
          size="small"
          icon={<PlusOutlined />}
          onClick={() => {
            onChange([...reasons, newReason()]);
          }}
        >
          再加一条理由
        </Button>
      </div>
    </div>
  );
}
