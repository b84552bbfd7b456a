import { pathOf, ROUTES, type Route, type RouteName } from './routes.ts';

/** Where a route lies. */
type Way = Pick<Route, 'method' | 'path'>;

/**
 * Where each route lies, prefix included: all that a page needs of the table beside its types. The build works this file out
 * (vite.config.ts), so that no schema of the table travels to the browser: what goes in and out is judged by the API.
 */
export const WAYS: Readonly<Record<RouteName, Way>> = Object.fromEntries(
  Object.entries(ROUTES).map(([name, route]) => [name, { method: route.method, path: pathOf(route) }]),
) as Record<RouteName, Way>;
