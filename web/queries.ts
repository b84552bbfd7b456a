import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { reportFault } from './lib/faults.ts';
import { codeOfProblem, OfflineError } from './lib/problem.ts';
import { toLogin } from './lib/to-login.ts';

/** Only what another try can mend is tried again. */
const mayRetry = (failures: number, error: unknown): boolean =>
  failures < 2 && (error instanceof OfflineError || codeOfProblem(error) === 'overloaded');

function onError(error: unknown, isShownElsewhere: boolean): void {
  if (codeOfProblem(error) === 'not-signed-in') toLogin();
  else if (!isShownElsewhere) reportFault(error);
}

/** The cache of everything read. A query's failure is shown by the part that asked; a change's, unless `meta.shown`, by the shell. */
export const queries = new QueryClient({
  queryCache: new QueryCache({ onError: (error) => onError(error, true) }),
  mutationCache: new MutationCache({
    onError: (error, _variables, _result, mutation) => onError(error, mutation.meta?.['shown'] === true),
  }),
  defaultOptions: {
    queries: { staleTime: 10_000, retry: mayRetry, refetchOnWindowFocus: true },
    mutations: { retry: mayRetry },
  },
});
