import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { formatHours } from '../../rules/hours.ts';
import { codes, FORMS, SUBJECTS } from '../../rules/vocabulary.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useMe } from '../lib/me.ts';
import { PlainTable } from '../parts/PlainTable.tsx';
import { FORM_CARDS } from './forms.ts';

/** The forms as cards; platform courses need no claim and only show what is registered. */
export function FormChoice() {
  const navigate = useNavigate();
  return (
    <>
      <p className="muted">请选择活动的形式。填写过程自动保存，提交前会显示可以计入多少学时。</p>
      <div className="form-cards">
        {codes(FORMS)
          .filter((form) => form !== 'platform-course')
          .map((form) => (
            <button
              key={form}
              type="button"
              className="form-card"
              onClick={() => {
                inBackground(navigate({ to: '/declare', search: { form } }));
              }}
            >
              <strong>{FORMS[form]}</strong>
              <div>{FORM_CARDS[form].what}</div>
              <div className="muted small" style={{ marginTop: 6 }}>
                {FORM_CARDS[form].article}　证明材料：{FORM_CARDS[form].proof}
              </div>
            </button>
          ))}
      </div>
      <PlatformCourses />
    </>
  );
}

function PlatformCourses() {
  const me = useMe();
  const thisYear = Number((me.data?.today ?? '2026').slice(0, 4));
  const year = useQuery({
    queryKey: keys.year(thisYear),
    queryFn: () => call('year', { params: { year: thisYear } }),
    enabled: me.data !== undefined,
  });
  const courses = year.data?.platformCourses ?? [];
  return (
    <section className="panel" style={{ marginTop: 16 }}>
      <h2>{FORMS['platform-course']}：由系统自动登记，无需申报</h2>
      {courses.length === 0 ? (
        <p className="muted" style={{ margin: 0 }}>
          {thisYear}年还没有登记的课程。在公共服务平台完成课程后，学时会自动出现在这里。
        </p>
      ) : (
        <PlainTable
          label="平台课程"
          hasCards
          columns={[
            { title: '课程', cell: ({ title }) => title },
            { title: '科目', cell: ({ subject }) => SUBJECTS[subject] },
            { title: '学时', cell: ({ hundredths }) => formatHours(hundredths), isNumber: true },
            { title: '完成日期', cell: ({ completedOn }) => formatDay(completedOn), isNumber: true },
            { title: '状态', cell: ({ counted }) => (counted ? '已计入' : '未计入') },
          ]}
          rows={courses}
          keyOf={({ id }) => id}
        />
      )}
    </section>
  );
}
