import type { ReactNode } from 'react';
import { Scroll } from './Scroll.tsx';

/** A column: its header, and what a row has in it. A number does not break over lines. */
export type PlainColumn<T> = { title: string; cell: (row: T, index: number) => ReactNode; isNumber?: boolean };

type PlainTableProps<T> = {
  /** What the table lists, for who scrolls it with the keyboard. */
  label: string;
  columns: readonly PlainColumn<T>[];
  rows: readonly T[];
  keyOf: (row: T, index: number) => string | number;
  /** Figures to compare: the first column names its row, numbers stand right. */
  isFigures?: boolean;
  /** Below the figures: their sum. */
  total?: T;
  /** Too wide for a phone: there each row is a card, as in `DataTable`. */
  hasCards?: boolean;
  maxHeight?: number;
};

/** A small table that is read and not worked with. */
export function PlainTable<T>(props: PlainTableProps<T>) {
  const { label, columns, rows, keyOf, isFigures = false, total, hasCards = false, maxHeight } = props;
  const row = (item: T, index: number) => (
    <Row key={keyOf(item, index)} columns={columns} item={item} index={index} isNamed={isFigures} />
  );
  const looks = ['plain-table', ...(isFigures ? ['figures'] : []), ...(hasCards ? ['cards'] : [])];
  return (
    <Scroll label={label} {...(maxHeight !== undefined && { style: { maxHeight } })}>
      <table className={looks.join(' ')}>
        <thead>
          <tr>
            {columns.map(({ title, isNumber = false }) => (
              <th key={title} scope="col" className={isNumber ? undefined : 'text'}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{rows.map(row)}</tbody>
        {total === undefined ? null : <tfoot>{row(total, rows.length)}</tfoot>}
      </table>
    </Scroll>
  );
}

type RowProps<T> = { columns: readonly PlainColumn<T>[]; item: T; index: number; isNamed: boolean };

const Row = <T,>({ columns, item, index, isNamed }: RowProps<T>) => (
  <tr>
    {columns.map(({ title, cell, isNumber = false }, at) =>
      isNamed && at === 0 ? (
        <th key={title} scope="row">
          {cell(item, index)}
        </th>
      ) : (
        <td key={title} className={isNumber ? 'num' : 'text'} data-label={title}>
          {cell(item, index)}
        </td>
      ),
    )}
  </tr>
);
