import { call } from './http.ts';
import { keys } from './keys.ts';

/** Which ways of signing in there are. Where the answer does not come, there is the password's. */
export const waysQuery = {
  queryKey: keys.signInWays(),
  queryFn: () => call('signInWays', {}),
  staleTime: Infinity,
};
