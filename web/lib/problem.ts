import type { Problem } from '../../contract/problems.ts';

/** What the API refused, with its code, its Chinese detail and the cure. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

/** What a page shows of any failure: words, and what to do now. */
export type Told = { title: string; detail: string; fix: string; provision?: string | undefined; traceId?: string };

/** An error in words a person can act on. */
export function told(error: unknown): Told {
  if (error instanceof ProblemError) {
    const { title, detail, fix, provision, traceId } = error.problem;
    return { title, detail, fix, provision, traceId };
  }
  if (error instanceof OfflineError) {
    return {
      title: '无法连接服务器',
      detail: '网络不通或系统正在重启。',
      fix: '请检查网络后重试；已填写的内容仍在页面上。',
    };
  }
  return {
    title: '页面出现错误',
    detail: '页面在处理时出错，与您填写的内容无关。',
    fix: '请刷新页面重试；如果反复出现，请联系系统管理员。',
  };
}

/** No answer came at all. */
export class OfflineError extends Error {}

/** The code of a refusal; undefined for a fault. */
export const codeOfProblem = (error: unknown): Problem['code'] | undefined =>
  error instanceof ProblemError ? error.problem.code : undefined;

/** The problem in a failed answer; an answer that is none (a proxy's page) becomes an internal error. */
export function problemOf(status: number, body: unknown): ProblemError {
  if (isProblem(body)) return new ProblemError(body);
  return new ProblemError({
    type: 'about:blank',
    title: '系统内部错误',
    status,
    code: status === 503 ? 'overloaded' : 'internal-error',
    detail: `服务器返回了无法识别的内容（${status}）。`,
    fix: '请稍后重试；如果反复出现，请联系系统管理员。',
    traceId: '',
  });
}

/** What the API answers has these; a proxy's page has not. */
const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' &&
  body !== null &&
  (['code', 'title', 'detail', 'fix'] as const).every((name) => typeof Reflect.get(body, name) === 'string');
