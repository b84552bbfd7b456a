import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Popconfirm, Tag } from 'antd';
import { useState } from 'react';
import { MOVE_SIDES, type Move, type MoveSide } from '../../contract/moves.ts';
import { formatDay, formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { FormModal, ReasonField } from '../parts/FormModal.tsx';
import { Nothing } from '../parts/Nothing.tsx';

/** Moves with each side's word, and what the reader may say. */
export function MoveList({ moves, empty }: { moves: readonly Move[]; empty: string }) {
  if (moves.length === 0) return <Nothing title="没有调动">{empty}</Nothing>;
  return (
    <div className="stack">
      {moves.map((move) => (
        <MoveCard key={move.id} move={move} />
      ))}
    </div>
  );
}

const COLOURS = { open: 'processing', done: 'success', refused: 'error', withdrawn: 'default' } as const;

const placeOf = (employer: string | null, agency: string | null): string =>
  `${employer ?? '原单位'}${agency === null ? '' : `（档案由${agency}托管）`}`;

function MoveCard({ move }: { move: Move }) {
  const { state, stateName, personName, fromOn, effectiveOn, waitingFor, authorityFromOn } = move;
  return (
    <article className="list-row" style={{ alignItems: 'flex-start' }} aria-label={`${personName}的调动`}>
      <div className="grow">
        <strong>{personName}</strong> <Tag color={COLOURS[state]}>{stateName}</Tag>
        <div>
          {placeOf(move.fromEmployerName, move.fromAgencyName)} → {placeOf(move.toEmployerName, move.toAgencyName)}
        </div>
        <div className="muted">
          {effectiveOn === null ? `拟自${formatDay(fromOn)}起` : `自${formatDay(effectiveOn)}起生效`}
          {waitingFor.length > 0 ? `；等待${waitingFor.map((side) => MOVE_SIDES[side]).join('、')}答复` : ''}
          {waitingFor.includes('old-unit')
            ? `；原单位未答复的，自${formatDay(authorityFromOn)}起可由所在地人社部门代办（系统默认解释 D-24）`
            : ''}
        </div>
        {move.answers.map((answer) => (
          <div key={answer.side} className="muted small">
            {answer.sideName}
            {answer.organisationName === null ? '' : `（${answer.organisationName}）`}
            {answer.accepts ? '同意' : `不同意：${answer.reason}`}　{formatInstant(answer.at)}
          </div>
        ))}
      </div>
      <Answers move={move} />
    </article>
  );
}

function Answers({ move }: { move: Move }) {
  const client = useQueryClient();
  const [refusing, setRefusing] = useState<MoveSide>();
  // The last consent changes where the person belongs.
  const onSettled = () =>
    Promise.all([keys.moves(), keys.career(), keys.me()].map((queryKey) => client.invalidateQueries({ queryKey })));
  const params = { id: move.id };
  const accept = useMutation({
    mutationFn: (side: MoveSide) => call('answerMove', { params, body: { side, accepts: true } }),
    onSettled,
  });
  const withdraw = useMutation({ mutationFn: () => call('withdrawMove', { params }), onSettled });
  return (
    <div className="row">
      {move.mayAnswer.map((side) => (
        <span key={side} className="row">
          <Popconfirm
            title={`以${MOVE_SIDES[side]}身份同意这次调动？`}
            description="各方均同意后生效；已提交的申报仍由原机构办理。"
            okText="同意"
            cancelText="取消"
            onConfirm={() => accept.mutate(side)}
          >
            <Button type="primary" loading={accept.isPending}>
              同意
            </Button>
          </Popconfirm>
          <Button onClick={() => setRefusing(side)}>不同意</Button>
        </span>
      ))}
      {move.mayWithdraw ? (
        <Popconfirm title="撤回这次调动？" okText="撤回" cancelText="取消" onConfirm={() => withdraw.mutate()}>
          <Button loading={withdraw.isPending}>撤回</Button>
        </Popconfirm>
      ) : null}
      {refusing === undefined ? null : <Refuse move={move} side={refusing} onClose={() => setRefusing(undefined)} />}
    </div>
  );
}

function Refuse({ move, side, onClose }: { move: Move; side: MoveSide; onClose: () => void }) {
  return (
    <FormModal<{ reason: string }>
      title="不同意调动"
      okText="不同意"
      save={({ reason }) => call('answerMove', { params: { id: move.id }, body: { side, accepts: false, reason } })}
      refreshes={[keys.moves()]}
      onClose={onClose}
    >
      <ReasonField label="不同意的理由" placeholder="请说明理由，各方可见" maxLength={200} />
    </FormModal>
  );
}
