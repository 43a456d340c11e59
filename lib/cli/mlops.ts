#!/usr/bin/env node
import { Command } from 'commander';
import { version } from '../../package.json';
import { synth } from './commands/synth';
import { reportErrors } from './report-errors';

const program = new Command('mlops')
  .description('Operates a platform of ML teams that is declared in TypeScript.')
  .version(version);

program
  .command('synth')
  .description('write the manifests that changed')
  .option('--only <environment/team>', 'synthesize one unit alone')
  .option('--app <file>', 'module whose default export is the platform', 'main.ts')
  .action(synth);

void reportErrors(() => program.parseAsync());
