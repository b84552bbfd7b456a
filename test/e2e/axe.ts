import { createRequire } from 'node:module';
import type { BrowserContext, Page } from 'playwright-core';

/** What axe-core finds wrong with a page for people who use it otherwise than by eye and mouse. */

const SOURCE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

type Violation = { id: string; nodes: { target: unknown[]; failureSummary: string }[] };

/** Every page of the context can be asked. */
export async function withAxe(context: BrowserContext): Promise<void> {
  await context.addInitScript({ path: SOURCE });
}

/** Rules that the size of the type can change the answer of; the others judge the document's structure. */
const OF_LAYOUT = ['color-contrast', 'link-in-text-block', 'scrollable-region-focusable'];

/**
 * One line a violation: the rule and the first places; the browser's own PDF viewer is not ours.
 * @param only of the whole page what depends on its layout, for a page whose structure has been judged already
 */
export async function violationsOn(page: Page, { only }: { only?: 'layout' } = {}): Promise<string[]> {
  const runOnly = only === 'layout' ? `, runOnly: ${JSON.stringify({ type: 'rule', values: OF_LAYOUT })}` : '';
  const found = await page.evaluate<Violation[]>(
    `axe.run(document, { resultTypes: ['violations'], iframes: false${runOnly} }).then(({ violations }) =>
      violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ target, failureSummary }) => ({ target, failureSummary })) })))`,
  );
  return found.map(({ id, nodes }) => {
    const places = nodes.slice(0, 3).map(({ target }) => target.join(' '));
    return `${id} (${nodes.length}): ${places.join(' | ')} — ${nodes[0]?.failureSummary.replaceAll(/\s+/g, ' ') ?? ''}`;
  });
}
