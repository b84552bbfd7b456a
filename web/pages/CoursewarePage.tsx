import { Form, Input } from 'antd';
import type { Courseware } from '../../contract/courseware.ts';
import { formatHundredths } from '../../rules/hours.ts';
import { orNull, typedHundredths } from '../lib/catalogue.ts';
import { formatDay } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { useMe } from '../lib/me.ts';
import { isProvince } from '../nav.ts';
import { Catalogue, DayLine, Line } from '../parts/Catalogue.tsx';

type Fields = {
  code: string;
  title: string;
  hours: string;
  enteredOn: string;
  withdrawnOn?: string;
  /** One lecturer a line: name and ID number. */
  lecturers?: string;
};

/** 课件目录: the public-subject courseware that HRSS selected, with its lecturers. */
export function CoursewarePage() {
  const me = useMe();
  const mayEdit = me.data !== undefined && isProvince(['administrator'])(me.data);
  return (
    <Catalogue<Courseware, Fields>
      title="公需科目课件目录"
      noun="课件"
      searchLabel="按编码、名称或教师查找"
      name="courseware"
      idOf={(courseware) => courseware.code}
      load={(query) => call('coursewares', { query })}
      columns={[
        { title: '编码', dataIndex: 'code' },
        { title: '课件', dataIndex: 'title' },
        { title: '课时', dataIndex: 'hundredths', render: formatHundredths },
        { title: '纳入日期', dataIndex: 'enteredOn', render: formatDay },
        { title: '授课教师', dataIndex: 'lecturerNames', render: (names: string[]) => names.join('、') },
      ]}
      mayEdit={() => mayEdit}
      fieldsOf={(courseware) => ({
        code: courseware?.code ?? '',
        title: courseware?.title ?? '',
        hours: courseware ? formatHundredths(courseware.hundredths) : '',
        enteredOn: courseware?.enteredOn ?? '',
        withdrawnOn: courseware?.withdrawnOn ?? '',
        lecturers: '',
      })}
      save={save}
    >
      {(isNew) => <CoursewareFields isNew={isNew} />}
    </Catalogue>
  );
}

function save(
  { code, title, hours, enteredOn, withdrawnOn, lecturers = '' }: Fields,
  courseware: Courseware | undefined,
  requestKey: string,
) {
  const body = { title, hundredths: typedHundredths(hours), enteredOn, withdrawnOn: orNull(withdrawnOn) };
  const people = lecturersOf(lecturers);
  return courseware
    ? call('saveCourseware', {
        params: { code: courseware.code },
        body: { ...body, revision: courseware.revision, ...(people.length > 0 && { lecturers: people }) },
      })
    : call('createCourseware', {
        headers: { 'idempotency-key': requestKey },
        body: { code, ...body, lecturers: people },
      });
}

const CoursewareFields = ({ isNew }: { isNew: boolean }) => (
  <>
    <Line name="code" label="课件编码" disabled={!isNew} />
    <Line name="title" label="课件名称" />
    <Line name="hours" label="课件课时" help="授课教师按课时的 6 倍认定公需科目学时（第十一条第四项）" />
    <DayLine name="enteredOn" label="纳入目录日期" help="学时计入这一天所在的年度" />
    <DayLine name="withdrawnOn" label="移出目录日期（选填）" required={false} />
    <Form.Item
      name="lecturers"
      label={isNew ? '授课教师' : '授课教师（不填则不变）'}
      extra="每行一人：姓名 身份证号。身份证号只用于核对，不再显示。"
    >
      <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} />
    </Form.Item>
  </>
);

const lecturersOf = (text: string): { name: string; idNumber: string }[] =>
  text
    .split('\n')
    .map((line) => line.trim().split(/[\s,，]+/))
    .filter(([name]) => name !== undefined && name !== '')
    .map(([name = '', idNumber = '']) => ({ name, idNumber: idNumber.toUpperCase() }));
