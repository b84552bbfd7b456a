import { useQuery } from '@tanstack/react-query';
import type { Me } from '../../contract/session.ts';
import { call } from './http.ts';
import { keys } from './keys.ts';

export const meQuery = { queryKey: keys.me(), queryFn: () => call('me', {}), staleTime: 5 * 60_000 };

/** The signed-in person. */
export const useMe = () => useQuery(meQuery);

/** Whether somebody holds any role: their first page is what waits for them, a declarant's is their year. */
export const isOfficial = (me: Me): boolean => me.holdings.length > 0;

/** Whether somebody reviews anything today. */
export const isReviewer = (me: Me): boolean => me.holdings.some(({ stage }) => stage !== null);
