import { Grid, Table, type TableColumnsType, type TableColumnType, type TableProps } from 'antd';

/**
 * A table as every page has it: all rows of what was read, its columns as wide as their contents where there is room. On a phone each row is a card whose cells carry their
 * column's header, so that nothing lies beyond the edge (styles.css, `.data-table`).
 */
export function DataTable<T extends object>({ columns = [], ...rest }: Omit<TableProps<T>, 'scroll'>) {
  const { sm } = Grid.useBreakpoint();
  const isPhone = sm === false;
  return (
    <Table<T>
      size="middle"
      pagination={false}
      {...(!isPhone && { scroll: { x: true } })}
      {...rest}
      className="data-table"
      columns={labelled(columns, isPhone)}
    />
  );
}

const labelled = <T extends object>(columns: TableColumnsType<T>, isPhone: boolean): TableColumnsType<T> =>
  columns.map((column) => ('children' in column ? column : withLabel(column, isPhone)));

const withLabel = <T extends object>(
  { align, ...column }: TableColumnType<T>,
  isPhone: boolean,
): TableColumnType<T> => ({
  ...column,
  ...(align !== undefined && !isPhone && { align }),
  onCell: (item, index) => ({
    ...(!isPhone && isShort(shownIn(column, item, index)) && { style: { whiteSpace: 'nowrap' } }),
    ...column.onCell?.(item, index),
    ...labelOf(column.title),
  }),
});

const labelOf = (title: unknown) => (typeof title === 'string' ? { 'data-label': title } : {});

/** What a cell has in it. */
function shownIn<T extends object>(column: TableColumnType<T>, item: T, index = 0): unknown {
  const value = Object.entries(item).find(([name]) => name === column.dataIndex)?.[1] as unknown;
  return column.render === undefined ? value : column.render(value, item, index);
}

/** A day, a state, a number: its words stand on one line. A Chinese letter is as wide as two others. */
const isShort = (shown: unknown): boolean => typeof shown === 'string' && [...shown].reduce(addWidth, 0) <= 20;
const addWidth = (sum: number, letter: string): number => sum + (letter > '\u2e80' ? 2 : 1);
