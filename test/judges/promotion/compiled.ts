import { transformFileSync } from '@swc/core';
import { copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const PROJECT = join(__dirname, '../../..');

/** Writes the package as JavaScript into a folder, as people install it; returns the path of the command. */
export function compiledInto(folder: string): string {
  for (const file of readdirSync(join(PROJECT, 'lib'), { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith('.ts')) {
      const { code } = transformFileSync(join(PROJECT, 'lib', file), {
        swcrc: false,
        module: { type: 'commonjs', ignoreDynamic: true },
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      });
      const to = join(folder, 'build', file.replace(/\.ts$/, '.js'));
      mkdirSync(dirname(to), { recursive: true });
      writeFileSync(to, code);
    }
  }
  copyFileSync(join(PROJECT, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  return join(folder, 'build/cli/mlops.js');
}
