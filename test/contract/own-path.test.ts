import { expect, test } from 'vitest';
import { ownPath } from '../../contract/own-path.ts';

test.each(['/', '/inbox?task=1#top', '/overview', '/people/1/years/2026'])('%s is a place of this system', (path) => {
  expect(ownPath(path)).toBe(path);
});

test.each([
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/.//evil.example',
  'javascript:alert(1)',
  'inbox',
  '',
  `/${'a'.repeat(2000)}`,
])('%j could lead elsewhere', (path) => {
  expect(ownPath(path)).toBeNull();
});

test('nothing given leads nowhere', () => {
  expect([ownPath(null), ownPath(undefined)]).toEqual([null, null]);
});
