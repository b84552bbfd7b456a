import { Button, DatePicker, Input, Select } from 'antd';
import dayjs from 'dayjs';
import { AUDIT_SUBJECT_KINDS, AUDIT_SUBJECTS, auditFilter } from '../../contract/audit.ts';
import type { AuditSearch } from './narrowing.ts';

type Props = { search: AuditSearch; onChange: (next: AuditSearch) => void };

const KINDS = AUDIT_SUBJECT_KINDS.map((value) => ({ value, label: AUDIT_SUBJECTS[value] ?? value }));

/** What narrows the trail; it stands in the address, so that a finding can be sent to a colleague. */
export function AuditFilters({ search, onChange }: Props) {
  const { from, until, subjectKind, subjectId, actorId, action } = search;
  const isNarrowed = Object.values(search).some((value) => value !== undefined);
  return (
    <div className="filters">
      <DatePicker.RangePicker
        aria-label="日期范围"
        allowEmpty={[true, true]}
        value={[from === undefined ? null : dayjs(from), until === undefined ? null : dayjs(until)]}
        onChange={(days) =>
          onChange({ ...search, from: days?.[0]?.format('YYYY-MM-DD'), until: days?.[1]?.format('YYYY-MM-DD') })
        }
      />
      <Select
        aria-label="对象"
        placeholder="全部对象"
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        value={subjectKind ?? null}
        options={KINDS}
        style={{ width: '15.7rem', maxWidth: '100%' }}
        onChange={(kind?: string | null) =>
          onChange({ ...search, subjectKind: auditFilter.shape.subjectKind.catch(undefined).parse(kind ?? undefined) })
        }
      />
      <Input.Search
        aria-label="对象编号"
        placeholder="对象编号"
        allowClear
        key={subjectId ?? ''}
        defaultValue={subjectId ?? ''}
        style={{ width: '18.6rem', maxWidth: '100%' }}
        onSearch={(text) => onChange({ ...search, subjectId: text.trim() === '' ? undefined : text.trim() })}
      />
      {actorId === undefined && action === undefined ? null : <span className="muted small">已限定办理人或事项</span>}
      {isNarrowed ? <Button onClick={() => onChange({})}>清除条件</Button> : null}
    </div>
  );
}
