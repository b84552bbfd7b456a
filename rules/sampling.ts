import { compareText } from './order.ts';
import { sha256 } from './sha256.ts';

/** Random sampling (抽查) that anybody can recompute: the seed, the frame and this file are all it rests on. */

/** The name of the algorithm, kept with every sample. @article 20 监督检查 */
export const SAMPLING_ALGORITHM = 'sha256-rank-1';

/**
 * How a sample was drawn, in the words shown beside it.
 * @article 20 监督检查
 */
export const SAMPLING_EXPLAINED =
  '系统先固定抽查范围（全部编号去重、按字符顺序排列、以换行连接，取 SHA-256 为范围校验码），再生成随机数；每个编号按 SHA-256(随机数:编号) 的结果从小到大排序，取前若干个。随机数由系统在范围固定之后生成，检查人员不能选择；同一随机数和范围总得到同一结果，任何人都可以照此重抽核对。';

/** The largest frame that one sample is drawn from: recomputing it takes a browser a second. @article 20 监督检查 */
export const FRAME_LIMIT = 50_000;

/**
 * What is sampled from, in the one order its fingerprint is taken in: each id once.
 * @article 20 监督检查
 * @interpretation D-31
 */
export const frameOf = (ids: readonly string[]): readonly string[] => [...new Set(ids)].sort(compareText);

/**
 * The fingerprint of a frame.
 * @article 20 监督检查
 * @interpretation D-31
 */
export const frameHash = (ids: readonly string[]): string => sha256(frameOf(ids).join('\n'));

/**
 * The sample of a frame: the `size` ids whose hash with the seed is smallest, smallest first; the whole frame when it is no larger.
 * @article 20 监督检查
 * @interpretation D-31
 */
export function drawSample({
  seed,
  frame,
  size,
}: {
  seed: string;
  frame: readonly string[];
  size: number;
}): readonly string[] {
  return frameOf(frame)
    .map((id) => ({ id, rank: sha256(`${seed}:${id}`) }))
    .sort((a, b) => compareText(a.rank, b.rank))
    .slice(0, Math.max(0, size))
    .map(({ id }) => id);
}
