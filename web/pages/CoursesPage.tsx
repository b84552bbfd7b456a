import { Form, Radio } from 'antd';
import type { Course } from '../../contract/courses.ts';
import { formatHundredths } from '../../rules/hours.ts';
import { SUBJECTS, type Subject } from '../../rules/vocabulary.ts';
import { optionsOf } from '../declare/controls.tsx';
import { orNull, typedHundredths } from '../lib/catalogue.ts';
import { call } from '../lib/http.ts';
import { useMe } from '../lib/me.ts';
import { isProvince } from '../nav.ts';
import { Catalogue, DayLine, formatPeriod, Line } from '../parts/Catalogue.tsx';

type Fields = { code: string; title: string; subject: Subject; hours: string; fromOn: string; untilOn?: string };

/** 课程目录: the platform's courses with their labelled hours. */
export function CoursesPage() {
  const me = useMe();
  const mayEdit = me.data !== undefined && isProvince(['administrator'])(me.data);
  return (
    <Catalogue<Course, Fields>
      title="课程目录"
      noun="课程"
      searchLabel="按编码或名称查找"
      name="courses"
      idOf={(course) => course.code}
      load={(query) => call('courses', { query })}
      columns={[
        { title: '编码', dataIndex: 'code' },
        { title: '课程', dataIndex: 'title' },
        { title: '科目', dataIndex: 'subject', render: (subject: Subject) => SUBJECTS[subject] },
        { title: '标定学时', dataIndex: 'hundredths', render: formatHundredths },
        { title: '有效期', render: (_, course) => formatPeriod(course) },
      ]}
      mayEdit={() => mayEdit}
      fieldsOf={(course) => ({
        code: course?.code ?? '',
        title: course?.title ?? '',
        subject: course?.subject ?? 'public',
        hours: course ? formatHundredths(course.hundredths) : '',
        fromOn: course?.fromOn ?? '',
        untilOn: course?.untilOn ?? '',
      })}
      save={({ code, hours, untilOn, ...rest }, course, requestKey) => {
        const body = { ...rest, hundredths: typedHundredths(hours), untilOn: orNull(untilOn) };
        return course
          ? call('saveCourse', { params: { code: course.code }, body: { ...body, revision: course.revision } })
          : call('createCourse', { headers: { 'idempotency-key': requestKey }, body: { code, ...body } });
      }}
    >
      {(isNew) => (
        <>
          <Line name="code" label="课程编码" disabled={!isNew} />
          <Line name="title" label="课程名称" />
          <Form.Item name="subject" label="科目">
            <Radio.Group options={optionsOf(SUBJECTS)} />
          </Form.Item>
          <Line name="hours" label="标定学时" help="修改只影响此后登记的学时，已登记的不变" />
          <DayLine name="fromOn" label="有效期起" />
          <DayLine name="untilOn" label="有效期止（选填）" required={false} />
        </>
      )}
    </Catalogue>
  );
}
