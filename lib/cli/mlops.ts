#!/usr/bin/env node
import { Command } from 'commander';
import { version } from '../../package.json';
import { digest } from './commands/digest';
import { helmCheck, helmPackage, helmWrite } from './commands/helm';
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

const helm = program.command('helm').description('generate Helm charts, proven to print what the constructs build');
const charts = (name: string, description: string, isDefault = false) =>
  helm
    .command(name, { isDefault })
    .description(description)
    .option('--app <file>', 'module whose default export is the list of charts', 'helm.ts')
    .option('--charts <folder>', 'folder of the charts', 'charts');
charts('write', 'write the charts that changed; what happens without a word', true).action(helmWrite);
charts('check', 'fail if the charts there are not those declared, or changed without a new version').action(helmCheck);
charts('package', 'pack the charts into packages that are the same bytes each time')
  .option('--to <folder>', 'folder of the packages', 'packages')
  .action(helmPackage);

void reportErrors(() => program.parseAsync());
