import { type HttpClient, ProblemError } from '../../bin/lib/http-client.ts';
import type { RouteInput, RouteName, RouteOutput } from '../../contract/routes.ts';

/** A client that does not give up: the same request with the same key until somebody answers it. */

/** What a request came to: the answer, or the code of the refusal; between which instants (milliseconds) it was acknowledged. */
export type Answer<N extends RouteName> = { sentAt: number; answeredAt: number } & (
  | { ok: true; value: RouteOutput<N> }
  | { ok: false; code: string }
);

const PATIENCE_MS = 180_000;

/** @throws Error when nobody answers for three minutes */
export async function insist<N extends RouteName>(
  client: HttpClient,
  name: N,
  input: RouteInput<N>,
): Promise<Answer<N>> {
  const sentAt = performance.now();
  for (let tries = 1; performance.now() - sentAt < PATIENCE_MS; tries += 1) {
    const answer = await once(client, name, input);
    if (answer !== null) return { ...answer, sentAt, answeredAt: performance.now() };
    await new Promise((resolve) => setTimeout(resolve, 100 * Math.min(tries, 8)));
  }
  throw new Error(`nobody answered ${name}`);
}

/** One try; null when it may be sent again: no connection, a cut-off answer, or one that says so. */
async function once<N extends RouteName>(client: HttpClient, name: N, input: RouteInput<N>) {
  try {
    return { ok: true as const, value: await client.call(name, input) };
  } catch (error) {
    if (error instanceof ProblemError) {
      const { status, code } = error.problem;
      return status >= 500 || status === 429 ? null : { ok: false as const, code };
    }
    // fetch says TypeError for every broken connection; half an answer is no JSON.
    if (error instanceof TypeError || error instanceof SyntaxError) return null;
    throw error;
  }
}
