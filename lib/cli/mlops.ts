#!/usr/bin/env node
import { Command } from 'commander';
import { version } from '../../package.json';
import { digest } from './commands/digest';
import { images } from './commands/images';
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

program
  .command('images')
  .description('list every image, what pods get in its place, and where it is used')
  .option('--app <file>', 'module whose default export is the platform', 'main.ts')
  .action(images);

program
  .command('digest')
  .description("print the digest of a model's files, for its pin")
  .argument('<folder>', 'the folder that has the file MLmodel')
  .action(digest);

void reportErrors(() => program.parseAsync());
