import { Collapse } from 'antd';
import {
  AID_REGIONS,
  ASSESSMENTS,
  CONFERENCE_LEVELS,
  DEGREE_LEVELS,
  type Form,
  MODES,
  ORGANISERS,
} from '../../rules/vocabulary.ts';
import { CoursewareControl, DocumentControl } from './Chosen.tsx';
import { useDeclaration } from './context.ts';
import { ChoiceControl, DayControl, NoteControl, optionsOf, TextControl, YesNoControl } from './controls.tsx';
import { DaysEditor } from './DaysEditor.tsx';

/** Only what the chosen form needs. */
export function FormFields() {
  const { fields } = useDeclaration();
  return (
    <>
      <Particulars form={fields.form} />
      <Further form={fields.form} />
    </>
  );
}

function Particulars({ form }: { form: Form }) {
  switch (form) {
    case 'authority-training':
      return <AuthorityTraining />;
    case 'unit-training':
      return <UnitTraining />;
    case 'academic-conference':
      return <Conference />;
    case 'courseware-lecturing':
      return <Lecturing />;
    case 'qualification-exam':
      return <Exam />;
    case 'degree':
      return <Degree />;
    case 'aid-mission':
      return <AidMission />;
    case 'authority-recognised':
      return <Recognised />;
    case 'platform-course':
      return null;
  }
}

function Mode() {
  const { fields, set } = useDeclaration();
  return (
    <ChoiceControl
      path="mode"
      label="培训方式"
      required
      value={fields.mode}
      options={optionsOf(MODES)}
      onPick={(mode) => {
        set({ mode });
      }}
    />
  );
}

function AuthorityTraining() {
  const { fields, set } = useDeclaration();
  const organisers = optionsOf(ORGANISERS).filter(({ value }) => value !== 'own-employer');
  return (
    <>
      <TextControl path="title" name="title" label="培训名称" required placeholder="如：全省急诊急救能力提升培训班" />
      <TextControl path="organiserName" name="organiserName" label="举办单位名称" />
      <ChoiceControl
        path="organiser"
        label="举办单位类别"
        required
        value={fields.organiser}
        options={organisers}
        onPick={(organiser) => {
          set({ organiser });
        }}
      />
      <Mode />
      <DaysEditor />
    </>
  );
}

function UnitTraining() {
  return (
    <>
      <TextControl path="title" name="title" label="培训名称" required placeholder="如：院内感染防控专题培训" />
      <Mode />
      <DaysEditor />
    </>
  );
}

function Conference() {
  const { fields, set } = useDeclaration();
  return (
    <>
      <TextControl path="title" name="title" label="会议名称" required placeholder="如：第二十届全国呼吸病学术会议" />
      <DayControl path="on" name="on" label="会议日期" required help="多日会议填写首日" />
      <ChoiceControl
        path="level"
        label="会议级别"
        required
        value={fields.conferenceLevel}
        options={optionsOf(CONFERENCE_LEVELS)}
        onPick={(conferenceLevel) => {
          set({ conferenceLevel });
        }}
      />
      <div className="two">
        <YesNoControl path="ownField" name="ownField" label="属于本人专业领域" required />
        <YesNoControl path="presentedPaper" name="presentedPaper" label="在会上报告论文" required />
      </div>
      {fields.presentedPaper === true ? <Paper /> : null}
    </>
  );
}

/** The paper and who else wrote it: its authors do not review the claim (Art. 23). */
const Paper = () => (
  <div className="two">
    <TextControl path="paperTitle" name="paperTitle" label="报告论文题目" />
    <TextControl
      path="coAuthors"
      name="coAuthors"
      label="论文其他作者"
      placeholder="姓名之间用顿号分开，选填"
      help="论文作者不参加这份申报的审核"
    />
  </div>
);

const Lecturing = () => <CoursewareControl />;

function Exam() {
  return (
    <>
      <TextControl path="title" name="title" label="考试名称" required placeholder="如：执业药师职业资格考试" />
      <div className="two">
        <DayControl path="on" name="on" label="证书所载日期" required />
        <TextControl path="certificateNumber" name="certificateNumber" label="证书编号" />
      </div>
      <div className="two">
        <YesNoControl path="ownProfession" name="ownProfession" label="属于本人专业" required />
        <YesNoControl path="passed" name="passed" label="考试结果" yes="合格" no="不合格" required />
      </div>
    </>
  );
}

function Degree() {
  const { fields, set } = useDeclaration();
  return (
    <>
      <TextControl path="title" name="title" label="学校和专业" required placeholder="如：武汉大学 公共卫生硕士" />
      <ChoiceControl
        path="level"
        label="学历（学位）层次"
        required
        value={fields.degreeLevel}
        options={optionsOf(DEGREE_LEVELS)}
        onPick={(degreeLevel) => {
          set({ degreeLevel });
        }}
      />
      <div className="two">
        <DayControl path="on" name="on" label="证书所载日期" required />
        <TextControl path="certificateNumber" name="certificateNumber" label="证书编号" />
      </div>
      <YesNoControl path="recognised" name="recognised" label="国家教育行政部门认可" required />
    </>
  );
}

function AidMission() {
  const { fields, set } = useDeclaration();
  const now = new Date().getFullYear();
  return (
    <>
      <TextControl path="title" name="title" label="派出任务" required placeholder="如：第十一批援藏医疗队" />
      <ChoiceControl
        path="region"
        label="援派类别"
        required
        value={fields.region}
        options={optionsOf(AID_REGIONS)}
        onPick={(region) => {
          set({ region });
        }}
      />
      <ChoiceControl
        path="year"
        label="考核年度"
        required
        value={fields.year}
        options={[now - 1, now].map((value) => ({ value, label: `${value}年` }))}
        onPick={(year) => {
          set({ year });
        }}
      />
      <ChoiceControl
        path="assessment"
        label="年度考核结果"
        required
        value={fields.assessment}
        options={optionsOf(ASSESSMENTS)}
        onPick={(assessment) => {
          set({ assessment });
        }}
      />
    </>
  );
}

function Recognised() {
  const { fields } = useDeclaration();
  return (
    <>
      <DocumentControl />
      <TextControl path="title" name="title" label="活动名称" required />
      <div className="two">
        <DayControl path="on" name="on" label="活动日期" required />
        {fields.counting === 'hours' ? (
          <TextControl path="hundredths" name="hours" label="学时" required suffix="学时" />
        ) : (
          <TextControl path="creditsHundredths" name="credits" label="学分" required suffix="学分" />
        )}
      </div>
    </>
  );
}

const CERTIFIED: readonly Form[] = ['authority-training', 'unit-training', 'authority-recognised'];
const MADE_UP: readonly Form[] = [...CERTIFIED, 'academic-conference', 'courseware-lecturing'];

/** What few need, folded away. */
function Further({ form }: { form: Form }) {
  const { fields, set } = useDeclaration();
  const lastYear = new Date().getFullYear() - 1;
  const content = (
    <>
      {form === 'academic-conference' ? (
        <div className="two">
          <TextControl path="organiserName" name="organiserName" label="主办单位" />
          {fields.presentedPaper === true ? (
            <TextControl path="paperDoi" name="paperDoi" label="论文 DOI" placeholder="如：10.1000/xyz123" />
          ) : null}
        </div>
      ) : null}
      {CERTIFIED.includes(form) ? (
        <div className="two">
          <TextControl path="place" name="place" label="地点" />
          <TextControl path="certificateNumber" name="certificateNumber" label="证书编号" />
        </div>
      ) : null}
      {MADE_UP.includes(form) && lastYear >= 2026 ? (
        <ChoiceControl
          path="makeUpFor"
          label="计入年度"
          value={fields.makeUpFor ?? 0}
          options={[
            { value: 0, label: '活动当年' },
            { value: lastYear, label: `补学${lastYear}年度（须已批准顺延）` },
          ]}
          onPick={(year) => {
            set({ makeUpFor: year === 0 ? null : year });
          }}
        />
      ) : null}
      <NoteControl path="note" name="note" label="给审核人员的说明" />
    </>
  );
  return <Collapse ghost size="small" items={[{ key: 'further', label: '更多（选填）', children: content }]} />;
}
