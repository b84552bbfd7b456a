import type { RouteInput, RouteOutput } from '../../contract/routes.ts';

/** How the two questions are asked: by whatever client the officer has. */
type Ask = <N extends 'task' | 'seeEvidence'>(name: N, input: RouteInput<N>) => Promise<RouteOutput<N>>;

/** An officer opens a task and every piece of its evidence, as the desk makes them before an approval (已阅). */
export async function openEvidence(ask: Ask, taskId: string): Promise<void> {
  const params = { id: taskId };
  const { task, claim, seenByMe } = await ask('task', { params });
  const pieces = claim.versions.find(({ version }) => version === task.version)?.evidenceIds ?? [];
  const unseen = pieces.filter((id) => !seenByMe.includes(id));
  if (unseen.length > 0) await ask('seeEvidence', { params, body: { evidenceIds: unseen } });
}
