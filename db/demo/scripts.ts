import type { LoweredHours, Reason } from '../../contract/decisions.ts';
import type { Day } from '../../rules/activity.ts';
import type { Plan } from '../../rules/routing.ts';
import { ROLE_OF_STAGE } from '../../rules/stages.ts';
import type { ClaimState, Outcome } from '../../rules/vocabulary.ts';
import { withProof } from './activities.ts';
import { type EvidenceFile, pdfFile, pngFile } from './evidence-files.ts';
import type { ClaimLife } from './life.ts';
import { organisationOf } from './organisations.ts';
import { type Pools, pool } from './pools.ts';
import type { Random } from './random.ts';

/** What happens next in a claim's life, so many working days after what happened before. */
export interface Beat {
  wait: number;
  act:
    | 'submit'
    | 'resubmit'
    | 'withdraw'
    | 'expire'
    | 'revoke'
    | { decide: Outcome; task: number; lower?: true }
    | { take: number };
}

/** A claim's life before it is told, and how many working days ago its last beat was. */
export interface Script {
  beats: readonly Beat[];
  age: number | 'any';
  /** With any age: at least so many days must have passed. */
  atLeast: number;
}

/** A likely way into a state under a plan. */
export function scriptFor(random: Random, plan: Plan, state: ClaimState): Script {
  const beats: Beat[] = [];
  const add = (...more: Beat[]): number => beats.push(...more);
  const approve = (stage: number): number => add(...approvals(random, plan, stage));
  const index = plan.stages.findIndex((stage) => stage.kind === state);
  if (state === 'draft') return { beats, age: 'any', atLeast: 0 };
  add({ wait: 0, act: 'submit' });
  // Some were returned and corrected on their way.
  if (random.chance(0.1) && state !== 'withdrawn' && state !== 'expired') {
    add(...settledBy(random, plan, 0, 'return'), { wait: random.int(1, 6), act: 'resubmit' });
  }
  switch (state) {
    case 'first-review':
    case 're-review':
    case 'filing':
      for (let stage = 0; stage < index; stage += 1) approve(stage);
      add(...underway(random, plan, index));
      return { beats, age: openAge(random, state), atLeast: 0 };
    case 'correction':
    case 'expired': {
      const stage = plan.stages.length > 1 && random.chance(0.35) ? 1 : 0;
      if (stage === 1) approve(0);
      add(...settledBy(random, plan, stage, 'return'));
      if (state === 'correction') return { beats, age: random.int(0, 13), atLeast: 0 };
      add({ wait: 0, act: 'expire' });
      return { beats, age: 'any', atLeast: 17 };
    }
    case 'rejected': {
      const last = random.int(0, plan.stages.length - 1);
      for (let stage = 0; stage < last; stage += 1) approve(stage);
      add(...settledBy(random, plan, last, 'reject'));
      return { beats, age: 'any', atLeast: 0 };
    }
    case 'withdrawn':
      if (random.chance(0.4)) add(...settledBy(random, plan, 0, 'return'));
      add({ wait: random.int(0, 3), act: 'withdraw' });
      return { beats, age: 'any', atLeast: 0 };
    case 'filed':
    case 'revoked':
      plan.stages.forEach((_, stage) => {
        approve(stage);
      });
      if (state === 'revoked') add({ wait: random.int(5, 20), act: 'revoke' });
      return { beats, age: 'any', atLeast: 0 };
  }
}

/** Rejected by the first reviewer, so many working days ago. */
export const rejectedAtOnce = (age: number): Script => ({
  beats: [
    { wait: 0, act: 'submit' },
    { wait: 2, act: { decide: 'reject', task: 0 } },
  ],
  age,
  atLeast: 0,
});

function tasksOf(plan: Plan, stage: number): number[] {
  return (plan.stages[stage]?.tasks ?? []).map((_, task) => task);
}

function approvals(random: Random, plan: Plan, stage: number): Beat[] {
  return random.shuffled(tasksOf(plan, stage)).flatMap((task): Beat[] => {
    const decide: Beat = { wait: random.int(0, 4), act: { decide: 'approve', task } };
    if (stage < 2 && random.chance(0.05)) decide.act = { decide: 'approve', task, lower: true };
    return random.chance(0.3) ? [{ wait: random.int(0, 1), act: { take: task } }, decide] : [decide];
  });
}

/** One body returns or rejects; another may have approved before. */
function settledBy(random: Random, plan: Plan, stage: number, outcome: Outcome): Beat[] {
  const [first = 0, ...others] = random.shuffled(tasksOf(plan, stage));
  const before = others.filter(() => random.chance(0.4));
  return [...before, first].map((task) => ({
    wait: random.int(0, 4),
    act: { decide: task === first ? outcome : 'approve', task },
  }));
}

/** A stage in hand: one of several bodies may have decided, somebody may have claimed a task. */
function underway(random: Random, plan: Plan, stage: number): Beat[] {
  const [first, second] = random.shuffled(tasksOf(plan, stage));
  const beats: Beat[] = [];
  if (first !== undefined && second !== undefined && random.chance(0.3)) {
    beats.push({ wait: random.int(0, 3), act: { decide: 'approve', task: first } });
  }
  const left = second ?? first;
  if (left !== undefined && random.chance(0.25)) beats.push({ wait: random.int(0, 1), act: { take: left } });
  return beats;
}

/** Most are fresh, some due in days, some overdue: by working days since the last beat. */
function openAge(random: Random, state: 'first-review' | 're-review' | 'filing'): number {
  const [fresh, soon, late] = state === 'first-review' ? ([6, 9, 18] as const) : ([9, 14, 25] as const);
  return random.weighted([
    [random.int(0, fresh), 6],
    [random.int(fresh + 1, soon), 2],
    [random.int(soon + 2, late), 2],
  ]);
}

/** Whose supervisor revoked what the demo revokes. */
const PROVINCE_HRSS = 'hrss-420000';

interface Setting {
  random: Random;
  days: readonly Day[];
  start: number;
  pools: Pools;
}

/** Tells a script: gives each beat its instant and its actor. A task that nobody may decide ends the telling. */
export function perform(life: ClaimLife, script: Script, setting: Setting): void {
  const { random, days, start } = setting;
  let index = start;
  let minute = 60;
  for (const beat of script.beats) {
    index = Math.min(index + beat.wait, days.length - 1);
    minute = beat.wait === 0 ? minute + random.int(5, 40) : random.int(60, 480);
    const at = new Date(Date.parse(`${days[index] ?? ''}T01:00:00.000Z`) + minute * 60_000);
    if (!play(life, beat, at, setting)) return;
  }
}

function play(life: ClaimLife, { act }: Beat, at: Date, { random, pools }: Setting): boolean {
  if (act === 'submit') life.submit(at);
  else if (act === 'withdraw') life.withdraw(at);
  else if (act === 'expire') life.expire();
  else if (act === 'revoke') {
    const [by] = pools.get(`${PROVINCE_HRSS}/supervisor`) ?? [];
    if (by !== undefined) life.revoke({ by, organisationId: PROVINCE_HRSS }, at);
  } else if (act === 'resubmit') {
    life.attach(fileFor(life, '补充证明材料'), new Date(at.getTime() - 300_000));
    life.submit(at);
  } else if ('take' in act) return withReviewer(life, act.take, random, pools, (by) => life.take(act.take, by, at));
  else {
    return withReviewer(life, act.task, random, pools, (by) =>
      life.decide(
        { task: act.task, by, outcome: act.decide, ...grounds(life, act.decide, act.lower === true, random) },
        at,
      ),
    );
  }
  return true;
}

/** Does something as somebody who may: of the pool, not the declarant, not at two kinds of stage, not for both bodies. */
function withReviewer(
  life: ClaimLife,
  index: number,
  random: Random,
  pools: Pools,
  act: (by: string) => void,
): boolean {
  const stage = life.openStage;
  const task = stage?.tasks[index];
  if (stage === null || task === undefined) throw new Error(`the script decides what is not open: ${life.state}`);
  if (task.assignee_id !== null) {
    act(task.assignee_id);
    return true;
  }
  const taken = new Set(stage.tasks.map((other) => other.assignee_id));
  const planned = { organisationId: task.organisation_id, capacity: task.capacity, role: ROLE_OF_STAGE[stage.kind] };
  const able = pool(pools, planned).filter((id) => {
    const before = life.reviewers.get(id);
    return id !== life.seed.person.id && !taken.has(id) && (before === undefined || before === stage.kind);
  });
  if (able.length === 0) return false;
  act(random.pick(able));
  return true;
}

const RETURNS: readonly (readonly Reason[])[] = [
  [{ code: 'evidence-unclear', text: '证明材料扫描不完整，缺少盖章页，请重新上传' }],
  [{ code: 'evidence-missing', text: '请补充培训通知和签到记录' }],
  [{ code: 'hours-wrong', field: 'days', text: '第一天学时与培训日程不一致，请核对后修改' }],
  [
    { code: 'days-wrong', field: 'days', text: '培训日期与证书日期不一致' },
    { code: 'evidence-mismatch', text: '证书上的姓名与申报人不一致，请上传本人证书' },
  ],
  [{ code: 'organiser-wrong', field: 'organiserName', text: '举办单位应填写主办单位全称' }],
];
const REJECTIONS: readonly Reason[] = [
  { code: 'evidence-mismatch', article: '11', text: '证明材料与申报内容不符，不予认定' },
  { code: 'other', article: '15', text: '经核实该平台未经省级以上行业主管部门发文认可，不纳入学时认定范围' },
  { code: 'organiser-wrong', article: '11', text: '举办单位不属于组织部门、人社部门或行业主管部门，不予认定' },
];

function grounds(
  life: ClaimLife,
  outcome: Outcome,
  lower: boolean,
  random: Random,
): { hours?: LoweredHours[]; reasons?: readonly Reason[]; comment?: string } {
  if (outcome === 'return') return { reasons: random.pick(RETURNS) };
  if (outcome === 'reject') return { reasons: [random.pick(REJECTIONS)] };
  const hours = lower ? loweredFirstDay(life) : [];
  if (hours.length > 0) return { hours, comment: '按签到记录核减第一天学时' };
  return random.chance(0.2) ? { comment: random.pick(['材料齐全，同意', '同意', '经审核符合规定']) } : {};
}

/** The evidence shows two hours for the first day of the training. */
function loweredFirstDay(life: ClaimLife): LoweredHours[] {
  const activity = withProof(life.seed.declared);
  if (activity.form !== 'authority-training' && activity.form !== 'unit-training') return [];
  const already = life.lowered.flat().some((lowered) => lowered.line === 0);
  return already ? [] : [{ line: 0, hundredths: 200, reason: '签到记录仅显示 2 学时' }];
}

export function attachEvidence(life: ClaimLife, random: Random, at: Date): void {
  life.attach(fileFor(life, '证明材料'), at);
  if (random.chance(0.06)) {
    life.attach(pngFile(`证书照片-${String(life.seed.number)}.png`, life.seed.id), at);
  }
}

function fileFor(life: ClaimLife, kind: string): EvidenceFile {
  const { number, person, declared, affiliation } = life.seed;
  return pdfFile(`${kind}-${String(number)}.pdf`, [
    `继续教育${kind}`,
    `姓　　名：${person.name}`,
    `单　　位：${organisationOf(affiliation.employerId).name}`,
    `内　　容：${declared.title}`,
    `主办单位：${declared.organiserName ?? '—'}`,
    `编　　号：${String(number).padStart(6, '0')}（演示数据，非真实材料）`,
  ]);
}
