import { BookOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Modal, Table, Tag } from 'antd';
import { useState } from 'react';
import type { MakeUp as MakeUpOf, MakeUpPreview } from '../../contract/make-up.ts';
import { formatHours } from '../../rules/hours.ts';
import { SUBJECTS } from '../../rules/vocabulary.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay, formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { newId } from '../lib/ids.ts';
import { keys } from '../lib/keys.ts';
import { Loading } from '../parts/Loading.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

type Course = MakeUpOf['courses'][number];

/** 补学: the platform courses that count, at the person's choice, for a deferred year. Nothing for a year without a deferral. */
export function MakeUp({ year }: { year: number }) {
  const read = useQuery({ queryKey: keys.makeUp(year), queryFn: () => call('makeUp', { params: { year } }) });
  const [chosen, choose] = useState<Course>();
  if (read.error) return <ProblemNotice error={read.error} onRetry={() => inBackground(read.refetch())} />;
  const { until, courses } = read.data ?? { until: null, courses: [] };
  if (until === null) return null;
  return (
    <section className="panel" aria-label={`${year}年度补学`}>
      <h2>
        <BookOutlined aria-hidden /> 用平台课程补学{year}年度
      </h2>
      <p className="muted">
        {year}年度已批准顺延至{formatDay(until)}。{year + 1}年1月1日至该日在公共服务平台完成的课程，可以选定计入{year}
        年度；每门课程只能选定一次，选定后不再计入{year + 1}年度（第十七条，系统默认解释 D-13）。
      </p>
      {courses.length === 0 ? (
        <Nothing title="还没有可以选定的课程">在公共服务平台完成课程后，课程会出现在这里。</Nothing>
      ) : (
        courses.map((course) => (
          <div className="list-row" key={course.completionId}>
            <span className="grow">
              <strong>{course.title}</strong>
              <div className="muted small">
                {formatDay(course.completedOn)}完成　{SUBJECTS[course.subject]} {formatHours(course.hundredths)}
              </div>
              {course.assignedAt === null && course.barred !== null ? (
                <div className="muted small">{course.barred}</div>
              ) : null}
            </span>
            {course.assignedAt === null ? (
              <Button
                disabled={course.barred !== null}
                onClick={() => {
                  choose(course);
                }}
              >
                计入{year}年度
              </Button>
            ) : (
              <Tag>
                {formatInstant(course.assignedAt)}选定，计入{year}年度
              </Tag>
            )}
          </div>
        ))
      )}
      {chosen ? <Choosing course={chosen} year={year} onClose={() => choose(undefined)} /> : null}
    </section>
  );
}

type ChoosingProps = { course: Course; year: number; onClose: () => void };

/** What both years become, before the choice that can be made once. */
function Choosing({ course: { completionId, title }, year, onClose }: ChoosingProps) {
  const client = useQueryClient();
  const params = { id: completionId };
  const preview = useQuery({
    queryKey: keys.makeUp(year, completionId),
    queryFn: () => call('previewMakeUp', { params }),
    staleTime: 0,
  });
  const [requestKey] = useState(newId);
  const assign = useMutation({
    meta: { shown: true },
    mutationFn: () => call('assignMakeUp', { params, headers: { 'idempotency-key': requestKey } }),
    onSuccess: async () => {
      onClose();
      await Promise.all(
        [keys.makeUp(), keys.years(), keys.deferrals()].map((queryKey) => client.invalidateQueries({ queryKey })),
      );
    },
  });
  const error = assign.error ?? preview.error;
  return (
    <Modal
      open
      title={`把“${title}”计入${year}年度`}
      okText="确认选定"
      cancelText="暂不选定"
      okButtonProps={{ disabled: preview.data === undefined }}
      confirmLoading={assign.isPending}
      onOk={() => {
        assign.mutate();
      }}
      onCancel={onClose}
    >
      <p>每门课程只能选定一次，选定后不能更改。两个年度将变为：</p>
      {preview.isLoading ? <Loading what="正在试算" /> : null}
      {preview.data ? <Effects preview={preview.data} /> : null}
      {error ? <ProblemNotice error={error} /> : null}
    </Modal>
  );
}

type Row = { year: number; before: string; after: string };

const rowOf = ({ before, after }: MakeUpPreview['own']): Row => {
  const said = (one: typeof before) => `${formatHours(one.totalHundredths)}（${one.sentence}）`;
  return { year: before.year, before: said(before), after: said(after) };
};

const Effects = ({ preview }: { preview: MakeUpPreview }) => (
  <Table<Row>
    rowKey="year"
    size="small"
    pagination={false}
    scroll={{ x: 'max-content' }}
    dataSource={[rowOf(preview.deferred), rowOf(preview.own)]}
    columns={[
      { title: '年度', dataIndex: 'year' },
      { title: '现在', dataIndex: 'before' },
      { title: '选定后', dataIndex: 'after' },
    ]}
  />
);
