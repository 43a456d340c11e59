import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Lints each text as if it stood in the file, without the rules that need types: those take far longer. */
const LINT = `
  const { ESLint } = require('eslint');
  const parserOptions = { projectService: false };
  const rules = { '@typescript-eslint/no-floating-promises': 'off', '@typescript-eslint/switch-exhaustiveness-check': 'off' };
  const eslint = new ESLint({ overrideConfig: { files: ['**/*.ts'], languageOptions: { parserOptions }, rules } });
  const sources = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
  Promise.all(sources.map(async ([filePath, text]) => {
    const [{ messages }] = await eslint.lintText(text, { filePath });
    return messages.map(message => message.ruleId ?? message.message);
  })).then(found => console.log(JSON.stringify(found)));
`;

const arrow = 'import-x/no-restricted-paths';
const CASES: readonly (readonly [what: string, file: string, text: string, rules: readonly string[]])[] = [
  ['core that knows a construct', 'core/cidr', "import { KubeObject } from '../constructs/kube-object';", [arrow]],
  ['a construct that knows the platform', 'constructs/workload', "import { Team } from '../platform/team';", [arrow]],
  [
    'a platform that knows the command',
    'platform/unit',
    "import { reportErrors } from '../cli/report-errors';",
    [arrow],
  ],
  ['a way around by re-export', 'core/dns-label', "export { fileOf } from '../platform/unit';", [arrow]],
  [
    'the public API from inside',
    'platform/unit',
    "import { Platform } from '../index';",
    [arrow, 'import-x/no-cycle', 'no-restricted-syntax'],
  ],
  ['the public API from deep inside', 'cli/commands/synth', "import { Platform } from '../..';", [arrow]],
  [
    'a room of Helm that knows one above it',
    'helm/values/release',
    "import { include } from '../emit/go-include';",
    [arrow],
  ],
  ['a room of Helm beside another', 'helm/emit/emit', "import type { Run } from '../worlds/run';", [arrow]],
  ['a room of Helm that knows who uses it', 'helm/emit/emit', "import { translate } from '../translate';", [arrow]],
  [
    'a file read by a room of Helm',
    'helm/write/gzip',
    "import { readFileSync } from 'node:fs';",
    ['no-restricted-imports'],
  ],
  ['a circle', 'core/platform-error', "import { parsePins } from './pins';", ['import-x/no-cycle']],
  ['a file read in core', 'core/cidr', "import { readFileSync } from 'node:fs';", ['no-restricted-imports']],
  [
    'a process started by a construct',
    'constructs/workload',
    "import { spawn } from 'child_process';",
    ['no-restricted-imports'],
  ],
  [
    'a file read by a module loaded by name',
    'core/cidr',
    "export const fs = import('node:fs');",
    ['no-restricted-syntax'],
  ],
  ['a file read by promises', 'core/cidr', "import { readFile } from 'fs/promises';", ['no-restricted-imports']],
  ['core that knows cdk8s', 'core/cidr', "import { App } from 'cdk8s';\nnew App();", ['no-restricted-imports']],
  ['a way around by an ending', 'core/cidr', "import '../platform/team.js';", ['no-restricted-syntax']],
  ['the environment by another name', 'core/cidr', 'export const all = globalThis;', ['no-restricted-globals']],
  [
    'the environment in a construct',
    'constructs/workload',
    'export const home = process.env;',
    ['no-restricted-globals'],
  ],
  ['the clock in core', 'core/cidr', 'export const now = () => Date.now();', ['no-restricted-globals']],
  ['a word printed by the platform', 'platform/unit', "export const say = () => console.log('x');", ['no-console']],
  [
    'a type imported as a value',
    'core/cidr',
    "import { Pins } from './pins';\nexport type P = Pins;",
    ['@typescript-eslint/consistent-type-imports'],
  ],
  ['the environment in the command', 'cli/report-errors', 'export const home = process.env;', []],
  ['a chart that is written', 'helm/write/write-charts', "import { readFileSync } from 'node:fs';", []],
  ['an import along the arrows of Helm', 'helm/write/gzip', "import { include } from '../emit/go-include';", []],
  ['an import along the arrows', 'platform/unit', "import { parsePins } from '../core/pins';\nparsePins('', '');", []],
];

describe('the lint rules', () => {
  let found: string[][];
  beforeAll(() => {
    const sources = CASES.map(([, file, text]) => [`lib/${file}.ts`, text]);
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', LINT], {
      cwd: join(__dirname, '..'),
      input: JSON.stringify(sources),
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    found = JSON.parse(stdout) as string[][];
  }, 30_000);

  test.each(CASES.map(([what, , , rules], index) => ({ what, rules, index })))('judge $what', ({ rules, index }) => {
    const unused = '@typescript-eslint/no-unused-vars';
    expect(found[index]!.filter(rule => rule !== unused).sort()).toEqual([...rules].sort());
  });
});
