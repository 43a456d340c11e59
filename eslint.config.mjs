import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Who may import whom below lib/; docs/architecture.md draws the same arrows. */
const ROOMS = {
  core: [],
  constructs: ['core'],
  platform: ['core', 'constructs', 'isolation'],
  helm: ['core'],
  charts: ['core', 'constructs', 'helm'],
  isolation: ['core'],
  promotion: ['core'],
  cli: ['core', 'constructs', 'platform', 'helm', 'charts', 'isolation', 'promotion'],
};
const zones = Object.entries(ROOMS).map(([room, allowed]) => ({
  target: `./lib/${room}`,
  from: './lib',
  except: [room, ...allowed].map(name => `./${name}`),
  message: `lib/${room} may import only: ${['itself', ...allowed].join(', ')}`,
}));

/** Only these touch disk, process and clock. */
const OUTSIDE = ['lib/cli/**', 'lib/platform/write-*.ts', 'lib/platform/read-*.ts', 'lib/promotion/**'];
const outside = [
  'fs',
  'net',
  'http',
  'https',
  'child_process',
  'process',
  'os',
  'dns',
  'worker_threads',
  'timers',
].flatMap(name => [name, `node:${name}`, `node:${name}/promises`]);

export default tseslint.config(
  { ignores: ['build/', 'node_modules/', 'dist/', 'charts/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strict],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver': { node: { extensions: ['.ts', '.js', '.json'] } },
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': ['error', { zones }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['lib/**/*.ts'],
    ignores: OUTSIDE,
    rules: {
      'no-console': 'error',
      'no-restricted-imports': [
        'error',
        {
          paths: outside.map(name => ({
            name,
            message: 'only cli/, platform/write-*, platform/read-* and the ports of promotion touch the outside',
          })),
        },
      ],
      'no-restricted-globals': ['error', 'process', 'fetch', 'Date', 'setTimeout', 'setInterval'],
    },
  },
  {
    files: ['lib/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ImportDeclaration[source.value=/^\\.\\.\\/index$|^\\.\\.$/]',
          message: 'nobody imports lib/index.ts from inside lib/',
        },
      ],
    },
  },
);
