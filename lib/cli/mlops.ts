#!/usr/bin/env node
import { Command, Option } from 'commander';
import { version } from '../../package.json';
import { reportErrors } from './report-errors';

const program = new Command('mlops')
  .description('Operates a platform of ML teams that is declared in TypeScript.')
  // Options of a command belong to it, also one that is called --version.
  .enablePositionalOptions()
  .version(version);

const DRY_RUN = ['--dry-run', 'show what would be done, and do nothing'] as const;
const APP = ['--app <file>', 'module whose default export is the platform', 'main.ts'] as const;
const withOutput = (command: Command): Command =>
  command.addOption(
    new Option('--output <format>', 'for people or for programs').choices(['text', 'json']).default('text'),
  );

withOutput(program.command('init'))
  .description('begin a platform in an empty folder')
  .argument('[folder]', 'the folder; made if it is not there', '.')
  .option('--name <name>', "the platform's name (default: that of the folder)")
  .option(...DRY_RUN)
  .action(async (folder, options) => (await import('./commands/init.js')).init(folder, options));

withOutput(program.command('synth'))
  .description('write the manifests that changed')
  .option('--only <environment/team>', 'synthesize one unit alone')
  .option(...APP)
  .option(...DRY_RUN)
  .action(async options => (await import('./commands/synth.js')).synth(options));

withOutput(program.command('validate'))
  .description('find every mistake in platform, pins and rules, and write nothing')
  .option(...APP)
  .action(async options => (await import('./commands/validate.js')).validate(options));

withOutput(program.command('isolation'))
  .description('say whether pods of one team reach another: of the platform, or of any manifests')
  .argument('[path...]', 'files and folders of manifests, of one cluster; - reads the standard input')
  .option('--report <folder>', 'write isolation.json and a page to look at, index.html')
  .option('--app <file>', 'module whose default export is the platform, if no path is given', 'main.ts')
  .option('--namespace <name>', 'of objects that name none (default: "default")')
  .option('--mediator <name...>', 'namespaces that no team owns, and that tell teams apart themselves')
  .option('--protected <prefix...>', 'of labels of namespaces that tenants cannot set')
  .option('--pods <cidr...>', "where the cluster's pods are")
  .option('--services <cidr...>', 'where its Services are')
  .option('--nodes <cidr...>', 'where its nodes are')
  .option('--node-local-dns <address...>', 'of NodeLocal DNSCache')
  .action(async (paths, options) => (await import('./commands/isolation.js')).isolation(paths, options));

withOutput(program.command('images'))
  .description('list every image, what pods get in its place, and where it is used')
  .option(...APP)
  .action(async options => (await import('./commands/images.js')).images(options));

withOutput(program.command('secrets').description('about the Secrets that pods need').command('template'))
  .description('print a template for each Secret that somebody has to make')
  .argument('[name...]', 'these Secrets alone')
  .option('--only <environment/team>', 'those of one unit')
  .option(...APP)
  .action(async (names, options) => (await import('./commands/secrets.js')).secretTemplates(names, options));

withOutput(program.command('keys'))
  .description('print the file of API keys for a Secret, with a new key for each client')
  .argument('[client...]', 'who gets a new key; keys that they have stay valid')
  .option('--from <file>', 'file with the keys so far, which stay; - reads the standard input')
  .option('--retire <client...>', 'take the oldest key of a client that has a newer one')
  .option('--remove <client...>', 'take all keys of a client')
  .action(async (clients, options) => (await import('./commands/keys.js')).keys(clients, options));

withOutput(program.command('digest'))
  .description("print the digest of a model's files, for its pin")
  .argument('<folder>', 'the folder that has the file MLmodel')
  .action(async (folder, options) => (await import('./commands/digest.js')).digest(folder, options));

/** A command about promotions: it knows the repository by its address, and the registries by the rules in there. */
function promotionCommand(name: string, description: string): Command {
  return withOutput(program.command(name))
    .description(description)
    .option('--repository <url>', 'the repository with promotion.yaml (default: the remote origin of this folder)')
    .option('--branch <name>', 'its branch', 'main')
    .option('--credentials <folder>', 'a folder for each registry, git and prometheus: token, or username and password')
    .option('--cache <folder>', 'where a copy of the repository is kept (default: ~/.cache/mlops)')
    .option('--prometheus <url>', 'who answers the questions of canaries');
}

const onPlace = (command: Command): Command =>
  command.option('--environment <name>', 'this environment alone').option('--team <name>', 'this team alone');
const PROPOSE = ['--propose', 'push each promotion to a branch of its own, for a pull request'] as const;
const asksWhatRuns = (command: Command): Command =>
  command
    .option('--argocd <namespace>', 'ask Argo CD there what is deployed')
    .addOption(
      new Option('--deployments', 'ask the cluster what is deployed, by the Deployments that the rules name').conflicts(
        'argocd',
      ),
    );

promotionCommand('plan', 'say what would be promoted now, and what is held by which gate').action(async options =>
  (await import('./commands/plan.js')).plan(options),
);

const onCluster = (command: Command): Command =>
  command
    .option('--apply', 'change a cluster directly with kubectl, and make no commit')
    .option('--undo', 'with --apply: put back what stood there before the last change')
    .option('--context <name>', 'with --apply: the cluster, as kubectl knows it')
    .option('--timeout <duration>', 'with --apply: how long to wait until it runs', '10m')
    .option(...APP)
    .option(...DRY_RUN);

onCluster(onPlace(promotionCommand('deploy', 'pin a version whatever the gates say, as one commit')))
  .argument('<model>', 'churn, churn@champion or churn:3; without more the version that the alias points to')
  .option('--reason <text>', 'why, for the commit')
  .action(async (target, options) => (await import('./commands/deploy.js')).deploy(target, options));

onCluster(onPlace(promotionCommand('delete', 'take the pin of a model away, as one commit')))
  .argument('<model>', 'the model, as its pin names it')
  .action(async (model, options) => (await import('./commands/delete.js')).deleteModel(model, options));

onCluster(onPlace(promotionCommand('routes', 'create or update the routes of models, as one commit')))
  .argument('[models...]', 'these models alone')
  .option('--list', 'list the routes that main.ts here declares, and do nothing')
  .action(async (models, options) => (await import('./commands/routes.js')).routes(models, options));

onPlace(promotionCommand('promote', 'promote the version that the alias points to, or another one'))
  .argument('<model>', 'churn, churn@champion or churn:3; without more the version that the alias points to')
  .option('--version <number>', 'this version, wherever the alias points')
  .option('--past-gates <reason>', 'whatever the gates say; the commit tells why')
  .option(...PROPOSE)
  .option(...DRY_RUN)
  .action(async (target, options) => (await import('./commands/promote.js')).promote(target, options));

onPlace(promotionCommand('rollback', 'bring the version back that was pinned before'))
  .argument('<model>', 'the model, as its pin names it')
  .option('--to <version>', 'this version, which was pinned at some time')
  .option(...PROPOSE)
  .option(...DRY_RUN)
  .action(async (model, options) => (await import('./commands/rollback.js')).rollback(model, options));

onPlace(promotionCommand('history', 'list which versions were pinned when, and by whom'))
  .argument('[model]', 'this model alone')
  .option('--limit <count>', 'this many changes at most', '20')
  .action(async (model, options) => (await import('./commands/history.js')).history(model, options));

asksWhatRuns(onPlace(promotionCommand('status', 'list the pinned and the wanted version of each model')))
  .argument('[model]', 'this model alone')
  .action(async (model, options) => (await import('./commands/status.js')).status(model, options));

onPlace(promotionCommand('diff', 'show what the commits would change that would be made now'))
  .argument('[model]', 'this model alone')
  .action(async (model, options) => (await import('./commands/diff.js')).diff(model, options));

asksWhatRuns(promotionCommand('watch', 'look again and again, and make the commits'))
  .option('--interval <duration>', 'time between two looks', '30s')
  .option('--listen <address>', 'serve /livez, /readyz, /metrics and /webhook, for example :8080')
  .option('--webhook-secret <file>', "the secret of MLflow's webhook, which hints that a look may help")
  .option('--once', 'look once, and end')
  .option(...PROPOSE)
  .option(...DRY_RUN)
  .action(async options => (await import('./commands/watch.js')).watch(options));

const helm = program.command('helm').description('generate Helm charts, proven to print what the constructs build');
const charts = (name: string, description: string, isDefault = false) =>
  withOutput(helm.command(name, { isDefault }))
    .description(description)
    .option('--app <file>', 'module whose default export is the list of charts', 'helm.ts')
    .option('--charts <folder>', 'folder of the charts', 'charts');
charts('write', 'write the charts that changed; what happens without a word', true)
  .option(...DRY_RUN)
  .action(async options => (await import('./commands/helm.js')).helmWrite(options));
charts('check', 'fail if the charts there are not those declared, or changed without a new version').action(
  async options => (await import('./commands/helm.js')).helmCheck(options),
);
charts('package', 'pack the charts into packages that are the same bytes each time')
  .option('--to <folder>', 'folder of the packages', 'packages')
  .option(...DRY_RUN)
  .action(async options => (await import('./commands/helm.js')).helmPackage(options));

program
  .command('completion')
  .description('print a script that lets a shell complete commands and options')
  .argument('<shell>', 'bash, zsh or fish')
  .action(async shell => (await import('./commands/completion.js')).completion(shell, program));

// What a module of the user's prints goes where progress goes: the standard output is what programs read.
Object.assign(console, { log: console.error, info: console.error, debug: console.error });

void reportErrors(() => program.parseAsync());
