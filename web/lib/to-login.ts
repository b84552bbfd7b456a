/** Leads to the login page and back afterwards. A whole load, so that nothing of the last session stays in memory. */
export function toLogin(): void {
  const { pathname, search } = window.location;
  if (pathname === '/login') return;
  const here = pathname + search;
  window.location.assign(here === '/' ? '/login' : `/login?next=${encodeURIComponent(here)}`);
}
