import importX from 'eslint-plugin-import-x';
import { builtinModules } from 'node:module';
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
  deploy: ['core'],
  cli: ['core', 'constructs', 'platform', 'helm', 'charts', 'isolation', 'promotion', 'deploy'],
};
/** The same below lib/helm; its own files are the doors and the road between the rooms, which no room knows. */
const HELM_ROOMS = {
  values: [],
  tree: ['values'],
  worlds: ['values', 'tree'],
  learn: ['values', 'tree', 'worlds'],
  prove: ['values', 'tree', 'worlds'],
  emit: ['values', 'tree'],
  write: ['values', 'emit'],
};
const zonesOf = (folder, rooms) =>
  Object.entries(rooms).map(([room, allowed]) => ({
    target: `./${folder}/${room}`,
    from: `./${folder}`,
    except: [room, ...allowed].map(name => `./${name}`),
    message: `${folder}/${room} may import only: ${['itself', ...allowed].join(', ')}`,
  }));
const zones = [...zonesOf('lib', ROOMS), ...zonesOf('lib/helm', HELM_ROOMS)];

/** Only these touch disk, network, process and clock. */
const OUTSIDE = [
  'lib/cli/**',
  'lib/platform/write-*.ts',
  'lib/platform/read-*.ts',
  'lib/helm/write/write-*.ts',
  ...['ports/**', 'controller.ts'].map(name => `lib/promotion/${name}`),
  'lib/deploy/ports/**',
];
const PURE = ['assert', 'crypto', 'path', 'url', 'util'];
const outside = builtinModules
  .filter(name => !PURE.includes(name.split('/')[0]))
  .flatMap(name => [name, `node:${name}`])
  .map(name => ({
    name,
    message:
      'only cli/, platform/read-*, platform/write-*, helm/write/write-* and the ports of promotion and deploy touch the outside',
  }));
const cdk8s = ['cdk8s', 'constructs'].map(name => ({
  name,
  message: 'core holds plain data, promotion moves versions: neither knows cdk8s',
}));

/** What no file of lib/ may say. */
const FORBIDDEN = [
  {
    selector: 'ImportDeclaration[source.value=/^(\\.\\.\\u002f)+index$|^\\.\\.$/]',
    message: 'nobody imports lib/index.ts from inside lib/',
  },
  {
    selector: 'ImportDeclaration[source.value=/^\\..*\\.js$/]',
    message: 'leave the ending out: the arrows are checked without it',
  },
];
const DYNAMIC = { selector: 'ImportExpression', message: 'only cli/ loads modules by name' };

export default tseslint.config(
  { ignores: ['build/', 'report/', 'node_modules/', 'dist/', 'charts/'] },
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
    rules: { 'no-restricted-syntax': ['error', ...FORBIDDEN] },
  },
  {
    files: ['lib/**/*.ts'],
    ignores: OUTSIDE,
    rules: {
      'no-console': 'error',
      'no-restricted-imports': ['error', { paths: outside }],
      'no-restricted-globals': [
        'error',
        'process',
        'globalThis',
        'performance',
        'fetch',
        'Date',
        'setTimeout',
        'setInterval',
      ],
      'no-restricted-syntax': ['error', ...FORBIDDEN, DYNAMIC],
    },
  },
  {
    files: ['lib/core/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [...outside, ...cdk8s] }] },
  },
  {
    files: ['lib/promotion/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: cdk8s }] },
  },
);
