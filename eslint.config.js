import tseslint from 'typescript-eslint';

/** What must be the same whenever it runs may not look at the clock, at chance, or at the process. */
const impure = [
  [
    'NewExpression[callee.name="Date"][arguments.length=0]',
    'A rule takes its day as an argument; a workflow asks the SDK.',
  ],
  ['CallExpression[callee.object.name="Date"][callee.property.name="now"]', 'A rule takes its day as an argument.'],
  ['CallExpression[callee.object.name="Math"][callee.property.name="random"]', 'Chance has no place here.'],
  ['Identifier[name="process"]', 'Settings come in as arguments.'],
].map(([selector, message]) => ({ selector, message }));

export default tseslint.config(
  { ignores: ['**/dist/**', 'node_modules/**', 'coverage/**', '.data/**', '**/*.{js,mjs,cjs}'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeCheckedOnly],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // Biome alone missed an un-awaited activity; `void` must not hide one either.
      '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: false }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { allowDefaultCaseForExhaustiveSwitch: false }],
      // Names are iterated by code point, which for Chinese is by character.
      '@typescript-eslint/no-misused-spread': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  { files: ['rules/**/*.ts', 'workflows/**/*.ts'], rules: { 'no-restricted-syntax': ['error', ...impure] } },
  {
    // Answers of the API are read loosely in tests: what they hold is the assertion itself.
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
    },
  },
);
