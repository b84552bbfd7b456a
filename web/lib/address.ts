import { filledIn, type Parts } from '../../contract/address.ts';
import type { RouteName } from '../../contract/routes.ts';
import { WAYS } from '../../contract/ways.ts';

/** The address of a route with its parameters filled in. */
export const addressOf = (name: RouteName, parts: Parts = {}): string => filledIn(WAYS[name].path, parts);
