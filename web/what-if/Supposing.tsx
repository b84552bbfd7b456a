import { DeleteOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, InputNumber, Select } from 'antd';
import type { Supposition } from '../../contract/what-if.ts';
import { ARTICLES, citation } from '../../rules/articles.ts';
import { type FigureLine, lineInForce, SUPPOSABLE, type SupposableName } from '../../rules/parameters.ts';
import { codes } from '../../rules/vocabulary.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { AnyOf } from '../parts/AnyOf.tsx';
import { Basis, Reading } from '../parts/Basis.tsx';
import { Scroll } from '../parts/Scroll.tsx';
import { UnitSelect } from '../people/fields.tsx';

const UNITS = { hours: '学时', minutes: '分钟', times: '倍' } as const;
/** What is kept as hundredths is typed as hours. */
const scaleOf = (name: SupposableName): number => (SUPPOSABLE[name].unit === 'hours' ? 100 : 1);
const inWords = (name: SupposableName, value: number): string =>
  `${value / scaleOf(name)} ${UNITS[SUPPOSABLE[name].unit]}`;
const lineOf = (name: SupposableName, year: number): FigureLine<number> =>
  lineInForce<number>(SUPPOSABLE[name].figure, year);

/** A figure in words, with its value: `合计 90 学时 → 80 学时`. */
export const supposedInWords = (name: SupposableName, { year, value }: { year: number; value: number }): string =>
  `${SUPPOSABLE[name].label} ${inWords(name, lineOf(name, year).value)} → ${inWords(name, value)}`;

type Editing = { supposed: Supposition; onChange: (supposed: Supposition) => void };

/** Of which year and place; both chosen from lists. */
export function PlaceFields({ supposed, onChange, years }: Editing & { years: readonly number[] }) {
  const places = useQuery({ queryKey: keys.places(), queryFn: () => call('places', {}), staleTime: 300_000 });
  const put = (name: 'region' | 'employer', value: string | undefined) => {
    const { [name]: _, ...rest } = supposed;
    onChange(value === undefined ? rest : { ...rest, [name]: value });
  };
  return (
    <div className="row">
      <Select<number>
        aria-label="年度"
        value={supposed.year}
        options={[...new Set([...years, supposed.year])].map((value) => ({ value, label: `${value}年` }))}
        onChange={(year) => onChange({ ...supposed, year })}
        style={{ width: '7.9rem' }}
      />
      <AnyOf
        label="地区"
        all="全省"
        value={supposed.region}
        options={(places.data?.regions ?? []).map(({ code, name }) => ({ value: code, label: name }))}
        onChange={(picked) => put('region', picked)}
        width={200}
        isLong
        isLoading={places.isLoading}
      />
      <UnitSelect
        aria-label="单位"
        placeholder="全部单位"
        allowClear
        value={supposed.employer ?? null}
        onChange={(picked?: string) => put('employer', picked)}
        style={{ width: '22.9rem', maxWidth: '100%' }}
      />
    </div>
  );
}

/** Which figures are supposed otherwise: chosen from all there are, each with its present value and the article it rests on. */
export function FigureFields({ supposed, onChange }: Editing) {
  const chosen = codes(SUPPOSABLE).filter((name) => supposed.figures[name] !== undefined);
  const left = codes(SUPPOSABLE).filter((name) => !chosen.includes(name));
  const put = (name: SupposableName, value: number) =>
    onChange({ ...supposed, figures: { ...supposed.figures, [name]: value } });
  const drop = (name: SupposableName) => {
    const { [name]: _, ...figures } = supposed.figures;
    onChange({ ...supposed, figures });
  };
  return (
    <>
      <Select<SupposableName>
        aria-label="添加要改动的参数"
        placeholder="添加要改动的参数"
        showSearch={{ optionFilterProp: 'label' }}
        value={null}
        options={left.map((value) => ({ value, label: optionOf(value, supposed.year) }))}
        onChange={(name) => put(name, lineOf(name, supposed.year).value)}
        style={{ width: 'min(520px, 100%)' }}
      />
      {chosen.length === 0 ? null : (
        <Scroll label="改动的参数">
          <table className="plain-table">
            <thead>
              <tr>
                <th>参数</th>
                <th>依据</th>
                <th>现行</th>
                <th>试算为</th>
                <th>操作</th>
              </tr>
            </thead>
            <tbody>
              {chosen.map((name) => (
                <FigureRow key={name} name={name} supposed={supposed} onPut={put} onDrop={drop} />
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </>
  );
}

function optionOf(name: SupposableName, year: number): string {
  const { value, basis, interpretation } = lineOf(name, year);
  const reading = interpretation === undefined ? '' : `，系统默认解释 ${interpretation}`;
  return `${SUPPOSABLE[name].label}：${inWords(name, value)}（${citation(basis)}${reading}）`;
}

type RowProps = {
  name: SupposableName;
  supposed: Supposition;
  onPut: (name: SupposableName, value: number) => void;
  onDrop: (name: SupposableName) => void;
};

function FigureRow({ name, supposed, onPut, onDrop }: RowProps) {
  const { label, unit } = SUPPOSABLE[name];
  const { value, basis, interpretation } = lineOf(name, supposed.year);
  return (
    <tr>
      <td>{label}</td>
      <td>
        <Basis cited={[{ provision: basis, citation: citation(basis), text: ARTICLES[basis].text }]} />
        {interpretation === undefined ? null : <Reading id={interpretation} />}
      </td>
      <td className="num">{inWords(name, value)}</td>
      <td>
        <InputNumber<number>
          aria-label={`${label}试算为`}
          min={unit === 'minutes' ? 1 : 0}
          max={1000}
          value={(supposed.figures[name] ?? value) / scaleOf(name)}
          onChange={(next) => {
            if (next !== null) onPut(name, Math.round(next * scaleOf(name)));
          }}
        />{' '}
        {UNITS[unit]}
      </td>
      <td>
        <Button type="text" icon={<DeleteOutlined />} aria-label={`不改动${label}`} onClick={() => onDrop(name)} />
      </td>
    </tr>
  );
}

/** Only what differs from the law is supposed. */
export const isSupposing = ({ year, figures }: Supposition): boolean =>
  codes(SUPPOSABLE).some((name) => figures[name] !== undefined && figures[name] !== lineOf(name, year).value);
