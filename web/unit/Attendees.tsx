import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Tag } from 'antd';
import type { Attendee, ProposalState, TrainingDetail } from '../../contract/trainings.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { Loading } from '../parts/Loading.tsx';
import { LoadMore } from '../parts/LoadMore.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { StateTag } from '../parts/StateTag.tsx';

type AttendeesProps = { unitId: string; training: TrainingDetail };

/** 参训名单: who was there, and what became of the claim proposed for each. */
export function Attendees({ unitId, training }: AttendeesProps) {
  const params = { id: unitId, trainingId: training.id };
  const attendees = useInfiniteQuery({
    queryKey: keys.training(training.id, 'attendees'),
    queryFn: ({ pageParam }) => call('attendees', { params, query: { after: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const items = attendees.data?.pages.flatMap((page) => page.items) ?? [];
  const { attended, proposed, confirmed, objected } = training.counts;
  return (
    <section className="panel" aria-labelledby="attendees">
      <h2 id="attendees">参训名单</h2>
      <div className="muted" data-testid="attendance-counts">
        共 {attended} 人；代报待确认 {proposed} 人，已确认 {confirmed} 人，有异议 {objected} 人
      </div>
      {attendees.error ? (
        <ProblemNotice error={attendees.error} onRetry={() => inBackground(attendees.refetch())} />
      ) : null}
      {attendees.isLoading ? <Loading /> : null}
      {attendees.data !== undefined && items.length === 0 ? <Nothing title="还没有导入参训名单" /> : null}
      {items.map((attendee) => (
        <Row key={attendee.personId} unitId={unitId} trainingId={training.id} attendee={attendee} />
      ))}
      <LoadMore list={attendees} />
    </section>
  );
}

const COLOURS: Record<ProposalState, string> = { proposed: 'processing', confirmed: 'success', objected: 'warning' };

function Row({ unitId, trainingId, attendee }: { unitId: string; trainingId: string; attendee: Attendee }) {
  const { proposal } = attendee;
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => call('removeAttendee', { params: { id: unitId, trainingId, personId: attendee.personId } }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.training(trainingId) }),
  });
  return (
    <div className="list-row">
      <span className="grow">
        <strong>{attendee.name}</strong>
        <span className="muted small">　{[attendee.workNumber, attendee.title].filter(Boolean).join('　')}</span>
        {attendee.missed.length > 0 ? (
          <div className="muted small">缺席：{attendee.missed.map(formatDay).join('、')}</div>
        ) : null}
        {proposal?.objection ? <div className="field-error">异议：{proposal.objection}</div> : null}
      </span>
      {proposal === null ? null : <Tag color={COLOURS[proposal.state]}>{proposal.label}</Tag>}
      {proposal?.state === 'confirmed' && proposal.claimState !== null ? (
        <StateTag state={proposal.claimState} />
      ) : null}
      {proposal === null || proposal.state === 'objected' ? (
        <Button
          size="small"
          aria-label={`移除 ${attendee.name}`}
          loading={remove.isPending}
          onClick={() => remove.mutate()}
        >
          移除
        </Button>
      ) : null}
    </div>
  );
}
