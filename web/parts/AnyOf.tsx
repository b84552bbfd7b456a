import { Select } from 'antd';

/** Of the root in web/styles.css. */
const ORDINARY_TYPE = 14;

type AnyOfProps<T extends string | number> = {
  label: string;
  /** What stands there while nothing is chosen; `全部` and the label unless given. */
  all?: string;
  value: T | undefined;
  options: readonly { value: T; label: string }[];
  onChange: (chosen: T | undefined) => void;
  /** In pixels of the ordinary type; large type makes it wider. */
  width: number;
  /** Of the list, where its names are longer than the box. */
  listWidth?: number;
  /** A long list is searched by typing. */
  isLong?: boolean;
  isLoading?: boolean;
};

/** What narrows a list: one of some, or all of them. */
export const AnyOf = <T extends string | number>(props: AnyOfProps<T>) => {
  const { label, all = `全部${label}`, value, options, onChange, width, listWidth, isLong = false, isLoading } = props;
  return (
    <Select<T>
      aria-label={label}
      placeholder={all}
      allowClear
      value={value ?? null}
      options={[...options]}
      onChange={(chosen?: T) => onChange(chosen)}
      style={{ width: `${width / ORDINARY_TYPE}rem`, maxWidth: '100%' }}
      {...(listWidth !== undefined && { popupMatchSelectWidth: listWidth })}
      {...(isLong && { showSearch: { optionFilterProp: 'label' } })}
      {...(isLoading !== undefined && { loading: isLoading })}
    />
  );
};
