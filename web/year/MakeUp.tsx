import { BookOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Tag } from 'antd';
import { lazy, Suspense, useState } from 'react';
import type { MakeUp as MakeUpOf } from '../../contract/make-up.ts';
import { formatHours } from '../../rules/hours.ts';
import { SUBJECTS } from '../../rules/vocabulary.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay, formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { Nothing } from '../parts/Nothing.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

type Course = MakeUpOf['courses'][number];

/** Opened by few: what both years become, asked for when it is. */
const ChooseMakeUp = lazy(async () => ({ default: (await import('./ChooseMakeUp.tsx')).ChooseMakeUp }));

export const makeUpQuery = (year: number) => ({
  queryKey: keys.makeUp(year),
  queryFn: () => call('makeUp', { params: { year } }),
});

/** 补学: the platform courses that count, at the person's choice, for a deferred year. Nothing for a year without a deferral. */
export function MakeUp({ year }: { year: number }) {
  const read = useQuery(makeUpQuery(year));
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
          <CourseRow key={course.completionId} course={course} year={year} onChoose={() => choose(course)} />
        ))
      )}
      {chosen ? (
        <Suspense>
          <ChooseMakeUp course={chosen} year={year} onClose={() => choose(undefined)} />
        </Suspense>
      ) : null}
    </section>
  );
}

type CourseRowProps = { course: Course; year: number; onChoose: () => void };

const CourseRow = ({ course, year, onChoose }: CourseRowProps) => (
  <div className="list-row">
    <span className="grow">
      <strong>{course.title}</strong>
      <div className="muted small">
        {formatDay(course.completedOn)}完成　{SUBJECTS[course.subject]} {formatHours(course.hundredths)}
      </div>
      {course.assignedAt === null && course.barred !== null ? <div className="muted small">{course.barred}</div> : null}
    </span>
    {course.assignedAt === null ? (
      <Button disabled={course.barred !== null} onClick={onChoose}>
        计入{year}年度
      </Button>
    ) : (
      <Tag>
        {formatInstant(course.assignedAt)}选定，计入{year}年度
      </Tag>
    )}
  </div>
);
