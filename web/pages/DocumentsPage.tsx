import { Form, Radio } from 'antd';
import {
  CATALOGUE_COUNTINGS,
  type CatalogueCounting,
  RECOGNISED_KINDS,
  type RecognisedKind,
  type RecognitionDocument,
} from '../../contract/documents.ts';
import { formatHundredths } from '../../rules/hours.ts';
import { DOCUMENT_LEVELS, SUBJECTS, type Subject } from '../../rules/vocabulary.ts';
import { optionsOf } from '../declare/controls.tsx';
import { orNull, typedHundredths } from '../lib/catalogue.ts';
import { call } from '../lib/http.ts';
import { useMe } from '../lib/me.ts';
import { Catalogue, DayLine, formatPeriod, Line } from '../parts/Catalogue.tsx';

type Fields = {
  number: string;
  level: RecognitionDocument['level'];
  authorityName: string;
  kind: RecognisedKind;
  title: string;
  subject: Subject;
  counting: CatalogueCounting;
  ratio?: string;
  most?: string;
  issuedOn: string;
  fromOn: string;
  untilOn?: string;
};

const LEVELS = optionsOf(DOCUMENT_LEVELS).filter(({ value }) => value !== 'municipal');

/** 认可文件: by which authorities of the province or above recognised forms of learning. */
export function DocumentsPage() {
  const me = useMe();
  const keeps =
    me.data?.holdings.some(
      (h) =>
        h.level === 'province' &&
        (h.organisationKind === 'industry-authority' || h.organisationKind === 'hrss') &&
        (h.role === 'administrator' || h.role === 'supervisor'),
    ) ?? false;
  return (
    <Catalogue<RecognitionDocument, Fields>
      title="认可文件"
      noun="认可文件"
      searchLabel="按文号、机关或名称查找"
      name="documents"
      idOf={(document) => document.id}
      load={(query) => call('recognitionDocuments', { query })}
      columns={[
        { title: '文号', dataIndex: 'number' },
        { title: '名称', dataIndex: 'title' },
        { title: '发文机关', dataIndex: 'authorityName' },
        { title: '形式', dataIndex: 'kind', render: (kind: RecognisedKind) => RECOGNISED_KINDS[kind] },
        { title: '科目', dataIndex: 'subject', render: (subject: Subject) => SUBJECTS[subject] },
        { title: '计算', render: (_, { counting }) => CATALOGUE_COUNTINGS[counting] },
        { title: '有效期', render: (_, document) => formatPeriod(document) },
      ]}
      mayEdit={(document) => (document ? document.mine : keeps)}
      fieldsOf={fieldsOf}
      save={({ ratio, most, untilOn, ...rest }, document, requestKey) => {
        const body = {
          ...rest,
          ratioHundredths: rest.counting === 'credits' ? typedHundredths(ratio ?? '') : null,
          mostHundredths: orNull(most) === null ? null : typedHundredths(most ?? ''),
          untilOn: orNull(untilOn),
        };
        return document
          ? call('saveRecognitionDocument', {
              params: { id: document.id },
              body: { ...body, revision: document.revision },
            })
          : call('createRecognitionDocument', { headers: { 'idempotency-key': requestKey }, body });
      }}
    >
      {() => <DocumentFields />}
    </Catalogue>
  );
}

const typed = (value: number | null | undefined): string => (value ? formatHundredths(value) : '');

const fieldsOf = (document: RecognitionDocument | undefined): Fields => ({
  number: document?.number ?? '',
  level: document?.level ?? 'provincial',
  authorityName: document?.authorityName ?? '',
  kind: document?.kind ?? 'activity',
  title: document?.title ?? '',
  subject: document?.subject ?? 'professional',
  counting: document?.counting ?? 'hours',
  ratio: typed(document?.ratioHundredths),
  most: typed(document?.mostHundredths),
  issuedOn: document?.issuedOn ?? '',
  fromOn: document?.fromOn ?? '',
  untilOn: document?.untilOn ?? '',
});

function DocumentFields() {
  const counting = Form.useWatch<CatalogueCounting>('counting');
  return (
    <>
      <Line name="number" label="文号" />
      <Form.Item name="level" label="级别">
        <Radio.Group options={LEVELS} />
      </Form.Item>
      <Line name="authorityName" label="发文机关" />
      <Form.Item name="kind" label="认可的形式">
        <Radio.Group options={optionsOf(RECOGNISED_KINDS)} />
      </Form.Item>
      <Line name="title" label="平台、项目或活动名称" />
      <Form.Item name="subject" label="科目">
        <Radio.Group options={optionsOf(SUBJECTS)} />
      </Form.Item>
      <Form.Item name="counting" label="计算方式">
        <Radio.Group options={optionsOf(CATALOGUE_COUNTINGS)} />
      </Form.Item>
      {counting === 'credits' ? <Line name="ratio" label="每学分折合学时" /> : null}
      <Line name="most" label="每次至多学时（选填）" required={false} />
      <DayLine name="issuedOn" label="发文日期" />
      <DayLine name="fromOn" label="生效日期" help="不早于发文日期" />
      <DayLine name="untilOn" label="截止日期（选填）" required={false} />
    </>
  );
}
