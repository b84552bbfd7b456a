import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Input, Select } from 'antd';
import { ARTICLES, citation, type Provision } from '../../rules/articles.ts';
import { RETURN_REASONS, type ReturnReason } from '../../rules/vocabulary.ts';
import { optionsOf } from '../declare/controls.tsx';
import { newReason, type ReasonDraft } from './verdict.ts';

/** The articles a rejection can rest on: what is coded, in the law's order. */
export const ARTICLE_OPTIONS = (Object.keys(ARTICLES) as Provision[])
  .filter((provision) => 'coded' in ARTICLES[provision])
  .map((provision) => ({ value: provision, label: citation(provision) }));

type ReasonEditorProps = {
  reasons: readonly ReasonDraft[];
  places: readonly { value: string; label: string }[];
  /** A rejection names its article. */
  withArticle: boolean;
  onChange: (reasons: ReasonDraft[]) => void;
  /** Which reason is being written: the one that has the focus. */
  onWriting: (key: string) => void;
};

/** Structured reasons: what is wrong, where, and in words. */
export function ReasonEditor({ reasons, places, withArticle, onChange, onWriting }: ReasonEditorProps) {
  return (
    <div className="stack">
      {reasons.map((reason, index) => (
        <ReasonRow
          key={reason.key}
          reason={reason}
          name={`理由 ${index + 1}`}
          isLast={index === reasons.length - 1}
          places={places}
          withArticle={withArticle}
          onFocus={() => onWriting(reason.key)}
          onChange={(part) => {
            onChange(reasons.map((one) => (one.key === reason.key ? { ...one, ...part } : one)));
          }}
          onRemove={reasons.length > 1 ? () => onChange(reasons.filter(({ key }) => key !== reason.key)) : undefined}
        />
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

type RowProps = Pick<ReasonEditorProps, 'places' | 'withArticle'> & {
  reason: ReasonDraft;
  /** What its fields are called: 理由 1. */
  name: string;
  isLast: boolean;
  onFocus: () => void;
  onChange: (part: Partial<ReasonDraft>) => void;
  onRemove: (() => void) | undefined;
};

function ReasonRow({ reason, name, isLast, places, withArticle, onFocus, onChange, onRemove }: RowProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out in a row.
    <div role="group" aria-label={name} className="row" style={{ alignItems: 'flex-start' }} onFocus={onFocus}>
      <Select<ReturnReason>
        aria-label={`${name} 类别`}
        placeholder="理由类别"
        value={reason.code}
        options={optionsOf(RETURN_REASONS)}
        autoFocus={isLast}
        onChange={(code) => onChange({ code })}
        style={{ width: 'calc(10em + 60px)' }}
      />
      <Select<string>
        aria-label={`${name} 位置`}
        placeholder="涉及的栏目或材料"
        allowClear
        value={reason.place === '' ? null : reason.place}
        options={[...places]}
        onChange={(place?: string) => onChange({ place: place ?? '' })}
        style={{ width: 'calc(8em + 60px)' }}
      />
      {withArticle ? <ArticleChoice name={name} article={reason.article} onChange={onChange} /> : null}
      <Input
        aria-label={`${name} 说明`}
        placeholder="写明问题和怎样改，申报人会看到"
        value={reason.text}
        maxLength={120}
        onChange={(event) => onChange({ text: event.target.value })}
        style={{ flex: '1 1 220px' }}
      />
      {onRemove === undefined ? null : (
        <Button type="text" icon={<DeleteOutlined />} aria-label={`删除${name}`} onClick={onRemove} />
      )}
    </div>
  );
}

const ArticleChoice = ({
  name,
  article,
  onChange,
}: Pick<RowProps, 'name' | 'onChange'> & Pick<ReasonDraft, 'article'>) => (
  <Select<Provision>
    aria-label={`${name} 依据条款`}
    placeholder="依据条款"
    showSearch={{ optionFilterProp: 'label' }}
    value={article === '' ? null : article}
    options={ARTICLE_OPTIONS}
    onChange={(chosen) => onChange({ article: chosen })}
    style={{ width: 180 }}
  />
);
