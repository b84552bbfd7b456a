import { Table, type TableColumnsType, type TableColumnType, type TableProps } from 'antd';

/**
 * A table as every page has it: all rows of what was read, as wide as its contents. On a phone each row is a card whose cells carry their
 * column's header, so that nothing lies beyond the edge (styles.css, `.data-table`).
 */
export function DataTable<T extends object>({ columns = [], ...rest }: TableProps<T>) {
  return (
    <Table<T>
      size="middle"
      pagination={false}
      scroll={{ x: 'max-content' }}
      {...rest}
      className="data-table"
      columns={labelled(columns)}
    />
  );
}

const labelled = <T extends object>(columns: TableColumnsType<T>): TableColumnsType<T> =>
  columns.map((column) => ('children' in column ? column : withLabel(column)));

const withLabel = <T extends object>(column: TableColumnType<T>): TableColumnType<T> => ({
  ...column,
  onCell: (item, index) => ({ ...column.onCell?.(item, index), ...labelOf(column.title) }),
});

const labelOf = (title: unknown) => (typeof title === 'string' ? { 'data-label': title } : {});
