import { Input, Segmented, Select, Switch } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { BOXES, type Bounded, type Box, type TaskCounts } from '../../contract/tasks.ts';
import { codes, FORMS, type Form, STAGE_KINDS, type StageKind } from '../../rules/vocabulary.ts';
import { optionsOf } from '../declare/controls.tsx';
import { useDebounced } from '../lib/debounced.ts';
import { useCounts, useDeskSearch } from './use-desk.ts';

/** `1000+` above a thousand. */
export const boundedText = ({ value, more }: Bounded): string => (more ? `${value}+` : String(value));

/** Boxes with live counts, and the filters. */
export function Filters({ searchRef }: { searchRef: (element: HTMLElement | null) => void }) {
  const [search, change] = useDeskSearch();
  const counts = useCounts().data;
  return (
    <div className="desk-filters stack" style={{ gap: 8 }}>
      <Segmented<Box>
        block
        value={search.box}
        options={codes(BOXES).map((box) => ({
          value: box,
          label: counts === undefined || box === 'done' ? BOXES[box] : `${BOXES[box]} ${boundedText(counts[box])}`,
        }))}
        onChange={(box) => change({ box, task: undefined })}
      />
      <SearchBox searchRef={searchRef} />
      <div className="row">
        <FormChoice />
        <PoolChoices pools={counts?.pools ?? []} />
        {search.box === 'done' || search.box === 'cc' ? null : <OverdueSwitch overdue={counts?.overdue} />}
      </div>
    </div>
  );
}

function FormChoice() {
  const [search, change] = useDeskSearch();
  return (
    <Select<Form>
      aria-label="申报形式"
      placeholder="全部形式"
      allowClear
      size="small"
      value={search.form ?? null}
      options={optionsOf(FORMS).filter(({ value }) => value !== 'platform-course')}
      onChange={(form?: Form) => change({ form, task: undefined })}
      style={{ flex: '1 1 130px' }}
      popupMatchSelectWidth={false}
    />
  );
}

/** Stage and organisation, for those who serve more than one. */
function PoolChoices({ pools }: { pools: TaskCounts['pools'] }) {
  const [search, change] = useDeskSearch();
  const organisations = [...new Map(pools.map((pool) => [pool.organisationId, pool.organisationName]))];
  return (
    <>
      {new Set(pools.map(({ stage }) => stage)).size > 1 ? (
        <Select<StageKind>
          aria-label="环节"
          placeholder="全部环节"
          allowClear
          size="small"
          value={search.stage ?? null}
          options={optionsOf(STAGE_KINDS)}
          onChange={(stage?: StageKind) => change({ stage, task: undefined })}
          style={{ flex: '1 1 100px' }}
        />
      ) : null}
      {organisations.length > 1 ? (
        <Select<string>
          aria-label="机构"
          placeholder="全部机构"
          allowClear
          size="small"
          value={search.organisation ?? null}
          options={organisations.map(([value, label]) => ({ value, label }))}
          onChange={(organisation?: string) => change({ organisation, task: undefined })}
          style={{ flex: '1 1 130px' }}
          popupMatchSelectWidth={false}
        />
      ) : null}
    </>
  );
}

function OverdueSwitch({ overdue }: { overdue: Bounded | undefined }) {
  const [search, change] = useDeskSearch();
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: antd's Switch is a button, which a label does hold.
    <label className="row" style={{ gap: 6 }}>
      <Switch
        size="small"
        checked={search.overdue === true}
        onChange={(on) => change({ overdue: on ? true : undefined, task: undefined })}
      />
      只看逾期{overdue === undefined ? '' : ` ${boundedText(overdue)}`}
    </label>
  );
}

function SearchBox({ searchRef }: { searchRef: (element: HTMLElement | null) => void }) {
  const [text, setText] = useSearchText();
  return (
    <Input.Search
      ref={(ref) => {
        searchRef(ref?.input ?? null);
      }}
      aria-label="搜索"
      placeholder="姓名、单位、名称或申报编号"
      allowClear
      value={text}
      maxLength={60}
      onChange={(event) => {
        setText(event.target.value);
      }}
    />
  );
}

/** What stands in the box. The address follows it once it is still, and it follows the address when that changes by itself (a view, 后退). */
function useSearchText(): [string, (text: string) => void] {
  const [search, change] = useDeskSearch();
  const inAddress = search.q ?? '';
  const [text, setText] = useState(inAddress);
  const written = useRef(inAddress);
  const still = useDebounced(text.trim(), 350);
  useEffect(() => {
    if (inAddress === written.current) return;
    written.current = inAddress;
    setText(inAddress);
  }, [inAddress]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what was typed is written; a change of the address alone must not be written back.
  useEffect(() => {
    if (still !== text.trim() || still === written.current) return;
    written.current = still;
    change({ q: still === '' ? undefined : still, task: undefined }, true);
  }, [still]);
  return [text, setText];
}
