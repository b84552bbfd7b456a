import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { inBackground } from '../lib/faults.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useTitle } from '../lib/title.ts';
import { FormModal } from '../parts/FormModal.tsx';
import { Loading } from '../parts/Loading.tsx';
import { LoadMore } from '../parts/LoadMore.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { Words } from '../parts/Words.tsx';
import { InquiryCard } from '../supervision/InquiryCard.tsx';

/** 单位 → 结果应用检查 (Arts. 6, 20): what the unit is asked, and its answer. */
export function InquiriesPage() {
  useTitle('结果应用检查');
  const [answering, setAnswering] = useState<string | null>(null);
  const list = useInfiniteQuery({
    queryKey: keys.inquiries(),
    queryFn: ({ pageParam }) => call('inquiries', { query: pageParam === '' ? {} : { after: pageParam } }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });
  const inquiries = list.data?.pages.flatMap((page) => page.items);
  return (
    <>
      <PageHead
        title="结果应用检查"
        hint="用人单位应当把专业技术人员参加继续教育情况作为年度考核、岗位聘任的重要依据（第六条）；人社部门和行业主管部门对结果应用情况进行监督检查（第二十条）。"
      />
      {list.error ? <ProblemNotice error={list.error} onRetry={() => inBackground(list.refetch())} /> : null}
      {list.isLoading ? <Loading /> : null}
      {inquiries?.length === 0 ? (
        <section className="panel">
          <Nothing title="本单位没有收到检查">人社部门或行业主管部门检查时，会发消息请您在这里答复。</Nothing>
        </section>
      ) : null}
      <div className="stack">
        {inquiries?.map((inquiry) => (
          <InquiryCard key={inquiry.id} inquiry={inquiry} onAnswer={() => setAnswering(inquiry.id)} />
        ))}
      </div>
      <LoadMore list={list} />
      {answering === null ? null : (
        <FormModal<{ answer: string }>
          title="答复结果应用检查"
          okText="提交答复"
          save={(body) => call('answerInquiry', { params: { id: answering }, body })}
          refreshes={[keys.inquiries()]}
          onClose={() => setAnswering(null)}
        >
          <p className="muted">请说明年度考核、岗位聘任中如何考虑继续教育情况，未考虑的说明原因和改正打算。</p>
          <Words name="answer" label="答复" most={2000} rows={5} />
        </FormModal>
      )}
    </>
  );
}
