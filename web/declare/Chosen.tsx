import { useQuery } from '@tanstack/react-query';
import { Alert, Select } from 'antd';
import { useState } from 'react';
import type { Courseware } from '../../contract/courseware.ts';
import { CATALOGUE_COUNTINGS, RECOGNISED_KINDS, type RecognitionDocument } from '../../contract/documents.ts';
import { formatHours, formatHundredths } from '../../rules/hours.ts';
import { DOCUMENT_LEVELS, SUBJECTS } from '../../rules/vocabulary.ts';
import { useDebounced } from '../lib/debounced.ts';
import { formatDay } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { Field, fieldId } from '../parts/Field.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { useDeclaration } from './context.ts';
import type { Fields } from './fields.ts';

/** What is declared from a list: the facts come with the choice and cannot be typed. */

/** 公需科目课件: those the declarant lectures in (Art. 11(4)). */
export function CoursewareControl() {
  const { fields, set, errors, due } = useDeclaration();
  const mine = useQuery({ queryKey: keys.myCourseware(), queryFn: () => call('myCourseware', {}) });
  if (mine.error) return <ProblemNotice error={mine.error} />;
  const items = mine.data?.items ?? [];
  const chosen = items.find((item) => item.code === fields.courseware);
  const error = errors['courseware'] ?? errors['title'];
  return (
    <>
      {mine.data !== undefined && items.length === 0 ? (
        <Alert
          type="info"
          showIcon
          title="课件目录中没有由您授课的课件"
          description="课件由人社部门遴选纳入目录后才能申报；如已纳入而未见，请联系省人社厅核对授课教师信息。"
        />
      ) : null}
      <Field path="courseware" label="本人授课的课件" required error={error} due={due['courseware']}>
        <Select<string>
          id={fieldId('courseware')}
          loading={mine.isLoading}
          value={fields.courseware === '' ? null : fields.courseware}
          placeholder="从公需科目课件目录中选择"
          showSearch={{ optionFilterProp: 'label' }}
          options={items.map(({ code, title }) => ({ value: code, label: `${title}（${code}）` }))}
          onChange={(code) => {
            const picked = items.find((item) => item.code === code);
            if (picked) set(fromCourseware(picked));
          }}
          status={error === undefined ? '' : 'error'}
          style={{ width: '100%' }}
        />
      </Field>
      {chosen ? <CoursewareFacts courseware={chosen} /> : null}
    </>
  );
}

const fromCourseware = ({ code, title, enteredOn, hundredths }: Courseware): Partial<Fields> => ({
  courseware: code,
  title,
  on: enteredOn,
  inCatalogue: true,
  coursewareHours: formatHundredths(hundredths),
});

const CoursewareFacts = ({ courseware }: { courseware: Courseware }) => (
  <p className="muted">
    {formatDay(courseware.enteredOn)}纳入目录，课件课时 {formatHours(courseware.hundredths)}；学时计入
    {courseware.enteredOn.slice(0, 4)}年。
  </p>
);

const FOUND = 30;

/** 认可文件 (Arts. 11(8), 15), found by number, authority or name. */
export function DocumentControl() {
  const { fields, set, errors, due } = useDeclaration();
  const [text, setText] = useState('');
  const q = useDebounced(text.trim(), 250);
  const filter = { q: q === '' && fields.documentNumber !== '' ? fields.documentNumber : q, limit: FOUND };
  const found = useQuery({
    queryKey: keys.documents(filter),
    queryFn: () => call('recognitionDocuments', { query: filter }),
    placeholderData: (before) => before,
  });
  const items = found.data?.items ?? [];
  const chosen = items.find((item) => item.id === fields.documentId);
  const error = errors['documentId'] ?? errors['document.number'];
  const options = items.map((item) => ({ value: item.id, label: `${item.number}　${item.title}` }));
  const isListed = options.some((option) => option.value === fields.documentId);
  const kept =
    fields.documentId !== '' && !isListed ? [{ value: fields.documentId, label: fields.documentNumber }] : [];
  return (
    <>
      {found.error ? <ProblemNotice error={found.error} /> : null}
      <Field
        path="document.number"
        label="认可文件"
        required
        help="按文号、发文机关或名称查找；没有列出的形式或平台，须先由省级以上行业主管部门发文认可并登记。"
        error={error}
        due={due['document.number'] ?? due['document']}
      >
        <Select<string>
          id={fieldId('document.number')}
          loading={found.isFetching}
          value={fields.documentId === '' ? null : fields.documentId}
          placeholder="选择认可文件"
          showSearch={{ filterOption: false, onSearch: setText }}
          notFoundContent={found.isFetching ? '正在查找…' : '没有找到，请换一个词'}
          options={[...kept, ...options]}
          onChange={(id) => {
            const picked = items.find((item) => item.id === id);
            if (picked) set(fromDocument(picked));
          }}
          status={error === undefined ? '' : 'error'}
          style={{ width: '100%' }}
        />
      </Field>
      {chosen ? <DocumentFacts document={chosen} /> : null}
    </>
  );
}

const fromDocument = (document: RecognitionDocument): Partial<Fields> => ({
  documentId: document.id,
  documentNumber: document.number,
  documentLevel: document.level,
  documentOn: document.issuedOn,
  subject: document.subject,
  counting: document.counting,
  ratio: document.ratioHundredths === null ? '' : formatHundredths(document.ratioHundredths),
});

const DocumentFacts = ({ document }: { document: RecognitionDocument }) => (
  <p className="muted">
    {document.authorityName}（{DOCUMENT_LEVELS[document.level]}）{formatDay(document.issuedOn)}印发；
    {RECOGNISED_KINDS[document.kind]}，{SUBJECTS[document.subject]}，{CATALOGUE_COUNTINGS[document.counting]}
    {document.ratioHundredths === null ? '' : `，每学分折合 ${formatHours(document.ratioHundredths)}`}
    {document.mostHundredths === null ? '' : `，每次至多 ${formatHours(document.mostHundredths)}`}；
    {formatDay(document.fromOn)}起{document.untilOn === null ? '有效' : `至${formatDay(document.untilOn)}有效`}。
  </p>
);
