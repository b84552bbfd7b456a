import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { articlesPage, readRules, readTests } from '../../bin/lib/articles.ts';
import { ARTICLES, type Article, citation, citations } from '../../rules/articles.ts';
import { INTERPRETATIONS, type Interpretation, reading } from '../../rules/interpretations.ts';

/** The law and the code agree in both directions: each article is coded and tested or excused, each rule cites one. */

const root = path.join(import.meta.dirname, '../..');
const rules = readRules(root);
const tests = readTests(root);
const articles = Object.entries<Article>(ARTICLES);
const coded = articles.flatMap(([provision, article]) => ('coded' in article ? [provision] : []));

/** Files of rules, and the tools and lists beside them that say nothing about the law. */
const TOOLS = [
  'activity.ts',
  'articles.ts',
  'calendar.ts',
  'holidays.ts',
  'hours.ts',
  'interpretations.ts',
  'order.ts',
  'parameters.ts',
  'vocabulary.ts',
];
/** Exported parts of rules that are not rules by themselves. */
const PARTS = ['RULE_VERSION', 'FORM_BASIS', 'declaredYear', 'firstDay', 'stagesAfter', 'mayWithdraw'];

describe('articles', () => {
  test('all twenty-five articles and the eight items of Article 11 are listed, in order', () => {
    const items = Array.from({ length: 8 }, (_, at) => `11(${at + 1})`);
    const numbers = Array.from({ length: 25 }, (_, at) => String(at + 1));
    expect(articles.map(([provision]) => provision).sort()).toEqual([...numbers, ...items].sort());
  });

  test('an article is coded, cited by a rule and named by a test, or excused with a reason', () => {
    const cited = new Set(rules.flatMap((rule) => rule.articles));
    const tested = new Set(tests.flatMap((one) => one.articles));
    expect(coded.filter((provision) => !cited.has(provision))).toEqual([]);
    expect(coded.filter((provision) => !tested.has(provision))).toEqual([]);
    for (const [, article] of articles) if ('excused' in article) expect(article.excused).toMatch(/^[A-Z].{40,}\.$/s);
  });

  test('what a rule or a test cites is a coded article', () => {
    const citing = [...rules, ...tests].flatMap((one) => one.articles);
    expect([...new Set(citing)].filter((provision) => !coded.includes(provision))).toEqual([]);
  });

  test('an exported rule cites an article', () => {
    const silent = rules.filter(
      (rule) => rule.exported && !TOOLS.includes(rule.file) && !PARTS.includes(rule.name) && rule.articles.length === 0,
    );
    expect(silent.map((rule) => `${rule.file} ${rule.name}`)).toEqual([]);
  });

  test('a figure of the law cites its article', () => {
    const figures = rules.filter((rule) => rule.file === 'parameters.ts' && /^[A-Z_]+$/.test(rule.name));
    expect(figures.length).toBeGreaterThan(15);
    expect(figures.filter((rule) => rule.articles.length === 0).map((rule) => rule.name)).toEqual([]);
  });

  test('the text of an article is that of the regulation', () => {
    // A copy: nothing may read /work/shared.
    const text = readFileSync(path.join(root, 'docs/regulation.md'), 'utf8').replaceAll(/\s/g, '');
    expect(
      articles
        .filter(([, article]) => !text.includes(article.text.replaceAll(/\s/g, '')))
        .map(([provision]) => provision),
    ).toEqual([]);
  });

  test('docs/articles.md is what the sources give: npm run articles', () => {
    expect(readFileSync(path.join(root, 'docs/articles.md'), 'utf8')).toBe(`${articlesPage(root)}\n`);
  });

  test('a citation reads as the law names it', () => {
    expect(citation('4')).toBe('第四条');
    expect(citation('10')).toBe('第十条');
    expect(citation('20')).toBe('第二十条');
    expect(citation('25')).toBe('第二十五条');
    expect(citations(['11(3)', '15'])).toBe('第十一条第（三）项、第十五条');
  });
});

const READINGS = [
  ...Array.from({ length: 25 }, (_, at) => `D-${at + 1}`),
  ...[
    'D-26',
    'D-27',
    'D-28',
    'D-30',
    'D-31',
    'D-32',
    'D-41',
    'D-42',
    'D-43',
    'D-44',
    'D-45',
    'D-46',
    'D-47',
    'D-48',
    'D-54',
  ],
];

describe('readings', () => {
  const readings = Object.entries<Interpretation>(INTERPRETATIONS);

  test('24: each is worded in Chinese and rests on an article', () => {
    // Exactly these: whoever adds a reading adds it here, knowingly.
    expect(readings.map(([id]) => id)).toEqual(READINGS);
    for (const [id, one] of readings) {
      expect(id).toMatch(/^D-[1-9][0-9]?$/);
      expect(one.text).toMatch(/。$/);
      expect(one.basis.length).toBeGreaterThan(0);
    }
    expect(reading('D-7')).toBe('系统默认解释 D-7');
  });

  test('24: each is followed by code that names it, or waits for a named part', () => {
    const followed = new Set(rules.flatMap((rule) => rule.interpretations));
    const orphans = readings.filter(([id, one]) => followed.has(id) === (one.pending !== undefined));
    expect(orphans.map(([id]) => id)).toEqual([]);
  });
});
