#!/usr/bin/env node
import { Command } from 'commander';
import { version } from '../../package.json';
import { digest } from './commands/digest';
import { images } from './commands/images';
import { keys } from './commands/keys';
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
  .command('keys')
  .description('print the file of API keys for a Secret, with a new key for each client')
  .argument('[client...]', 'who gets a new key; keys that they have stay valid')
  .option('--from <file>', 'file with the keys so far, which stay; - reads the standard input')
  .option('--retire <client...>', 'take the oldest key of a client that has a newer one')
  .option('--remove <client...>', 'take all keys of a client')
  .action(keys);

program
  .command('digest')
  .description("print the digest of a model's files, for its pin")
  .argument('<folder>', 'the folder that has the file MLmodel')
  .action(digest);

void reportErrors(() => program.parseAsync());
