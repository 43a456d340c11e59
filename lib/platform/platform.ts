import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { App } from 'cdk8s';
import { DNS_LABEL_RULE, isDnsLabel } from '../core/dns-label';
import { existingSecrets } from '../constructs/existing-secrets';
import { ImageMap } from '../core/image-map';
import { collect, PlatformError, PlatformErrors } from '../core/platform-error';
import { secretTemplate } from '../core/secret-template';
import type { Namespace } from '../isolation/cluster';
import type { IsolationReport } from '../isolation/report/report';
import { conflicts } from './conflicts';
import { Environment, type EnvironmentProps } from './environment';
import { GIT_OPS_FOLDER, gitOpsUnit, GUARDS_FOLDER, type GitOpsProps } from './git-ops';
import { guardsUnit } from './guards';
import { Isolation, type IsolationProps } from './isolation';
import { isolationReport } from './isolation-report';
import { ImageRewriter, type ImageList, type ImagesProps } from './images';
import { declaredModels, type DeclaredModel } from './models';
import { pinReader, strayPinFiles } from './read-pins';
import { PROOFS, proofsText, readProofs } from './read-proofs';
import { sopsFileMistakes } from './read-sops-files';
import { RouteRegister } from './routes';
import { buildUnit, fileOf, unitObjects, type Unit } from './unit';
import { ManifestWriter, type SynthSummary } from './write-manifests';
import { OpenApiWriter } from './write-open-api';
import { SecretTemplateWriter } from './write-secret-templates';
import { emitYaml } from './yaml-emitter';

export interface PlatformProps {
  /** Name of the platform; Argo CD objects that belong to no team carry it. */
  readonly name: string;
  /**
   * Where Argo CD finds the manifests.
   *
   * @default - no Argo CD objects are made
   */
  readonly gitOps?: GitOpsProps;
  /**
   * Folder that the manifests go to.
   *
   * @default - what cdk8s uses: CDK8S_OUTDIR, else `dist`
   */
  readonly outdir?: string;
  /**
   * Folder with the pinned model versions, one file for each environment and team.
   *
   * @default environments
   */
  readonly pins?: string;
  /**
   * Folder for what belongs to Secrets that a person or a plugin applies: templates and encrypted files. Not below the
   * folder of the manifests.
   *
   * @default secrets
   */
  readonly secrets?: string;
  /**
   * Folder for the OpenAPI documents of models whose pins carry a signature. Not below the folder of the manifests.
   *
   * @default - `openapi`, beside the folder of the pins
   */
  readonly openApi?: string;
  /**
   * Which registries and digests images get.
   *
   * @default - images stay as they are declared
   */
  readonly images?: ImagesProps;
  /**
   * Whom teams may reach besides what is theirs.
   *
   * @default - namespaces that the platform does not declare
   */
  readonly isolation?: IsolationProps;
}

/** A Secret that pods need and that somebody else makes. */
export interface NeededSecret {
  /** `<environment>/<team>` */
  readonly unit: string;
  readonly name: string;
  readonly namespace: string;
  readonly keys: readonly string[];
  /** Its template. */
  readonly text: string;
}

export interface SynthOptions {
  /**
   * The one unit to synthesize: `<environment>/<team>`. Nothing else is built, written or removed.
   *
   * @default - everything
   */
  readonly only?: string;
  /**
   * Whether to find every mistake and say what would be written, and write nothing.
   *
   * @default false
   */
  readonly dryRun?: boolean;
}

/**
 * Teams in environments, synthesized into one file of manifests for each.
 *
 * Each team in each environment is a unit with an App of its own: built, printed and forgotten before the next one, so
 * time grows with the number of objects and memory does not grow at all.
 */
export class Platform {
  public readonly name: string;
  public readonly outdir: string;
  private readonly pins: string;
  private readonly secrets: string;
  private readonly openApi: string;
  private readonly imageMap: ImageMap;
  private readonly declared = new Map<string, Environment>();

  constructor(private readonly props: PlatformProps) {
    this.name = props.name;
    this.outdir = props.outdir ?? new App().outdir;
    this.pins = props.pins ?? 'environments';
    this.secrets = props.secrets ?? 'secrets';
    this.openApi = props.openApi ?? join(dirname(this.pins), 'openapi');
    this.imageMap = new ImageMap(props.images?.registries);
    if (!isDnsLabel(this.name)) {
      throw new PlatformError('Platform', `"${this.name}" cannot name a platform`, `use ${DNS_LABEL_RULE}`);
    }
    if (isBelow(this.outdir, this.secrets)) {
      throw new PlatformError(
        'Platform',
        `secrets ("${this.secrets}") lies in the folder of the manifests ("${this.outdir}"), from which Argo CD applies everything`,
        'name a folder beside it',
      );
    }
  }

  /**
   * Declares environments, in the order in which versions are promoted through them.
   *
   * @throws PlatformError if a name is none, taken, or the folder of the Argo CD objects
   */
  public environments(environments: Readonly<Record<string, EnvironmentProps>>): Environment[] {
    return Object.entries(environments).map(([name, props]) => {
      if (this.declared.has(name) || [GIT_OPS_FOLDER, GUARDS_FOLDER].includes(name)) {
        throw new PlatformError(name, `the name "${name}" is taken`, 'choose another one for the environment');
      }
      const environment = new Environment(name, props, pinReader(this.pins));
      this.declared.set(name, environment);
      return environment;
    });
  }

  /** All units: those of the teams, then their guards, then those of Argo CD. */
  public get units(): Unit[] {
    const environments = [...this.declared.values()];
    const { gitOps, outdir = 'dist' } = this.props;
    const path = isAbsolute(outdir) ? 'dist' : outdir;
    return [
      ...environments.flatMap(({ units }) => units),
      ...environments
        .filter(({ guards }) => guards.length > 0)
        .map(environment => guardsUnit(this.name, environment, environments, gitOps)),
      ...(gitOps ? environments.map(environment => gitOpsUnit(this.name, environment, { path, ...gitOps })) : []),
    ];
  }

  /**
   * Builds one unit as a plain cdk8s App: for tests and for other tools. Its own `synth()` writes the same file.
   *
   * @param name `<environment>/<team>`
   * @throws PlatformError if there is no such unit, or at its first wrong prop; what is validated late is left to the
   * App's own `synth()`
   */
  public build(name: string): App {
    const unit = this.unit(name);
    const app = buildUnit(unit, `${this.outdir}/${unit.folder}`);
    const images = this.imageRewriter();
    images?.rewrite(unit, app);
    refuse(images?.mistakes ?? []);
    return app;
  }

  /**
   * The models that the units serve, each with its objects.
   *
   * @param only the one unit to look at
   */
  public models(only?: string): DeclaredModel[] {
    const units = only === undefined ? this.units : [this.unit(only)];
    return units.flatMap(unit => declaredModels(unit, this.build(unit.name)));
  }

  /** Lists every image of every unit, as declared and as pods get it. */
  public images(): ImageList {
    const rewriter = new ImageRewriter(this.imageMap, this.props.images?.lockFile);
    return rewriter.list(this.units, unit => buildUnit(unit, this.outdir));
  }

  /**
   * A template for each Secret that pods need and somebody else makes: its keys, how to make each, and placeholders.
   *
   * @param only the one unit to look at
   */
  public secretTemplates(only?: string): NeededSecret[] {
    const units = only === undefined ? this.units : [this.unit(only)];
    return units.flatMap(unit =>
      existingSecrets(buildUnit(unit, this.outdir)).map(secret => ({
        unit: unit.name,
        name: secret.name,
        namespace: secret.namespace,
        keys: Object.keys(secret.keys),
        text: secretTemplate(secret),
      })),
    );
  }

  /**
   * Writes the manifests that changed and removes those that nothing produces any more.
   *
   * @throws PlatformErrors with every mistake found in all units, and every rule that lets one team reach another; then
   * nothing has been written
   */
  public synth(options: SynthOptions = {}): SynthSummary {
    const units = options.only === undefined ? this.units : [this.unit(options.only)];
    const errors = options.only === undefined ? this.mistakes() : [];
    const writer = new ManifestWriter(this.outdir, options.dryRun);
    const documents = new OpenApiWriter(this.openApi, options.dryRun);
    const templates = new SecretTemplateWriter(this.secrets, options.dryRun);
    const images = this.imageRewriter();
    const routes = new RouteRegister();
    const isolation = new Isolation([...this.declared.values()], this.props.isolation);
    const known = options.only === undefined ? undefined : readProofs(this.outdir);
    try {
      for (const unit of units) {
        errors.push(
          ...collect(() => {
            const app = buildUnit(unit, this.outdir);
            images?.rewrite(unit, app);
            routes.add(unit, app);
            const objects = unitObjects(unit, app);
            writer.stage(fileOf(unit), emitYaml(objects));
            isolation.add(unit, app, objects);
            documents.stage(unit, app);
            templates.stage(unit, app);
            refuse(sopsFileMistakes(unit, app, this.secrets));
          }),
        );
      }
      if (known) {
        isolation.remember(
          known,
          this.units.filter(unit => unit.name !== options.only),
        );
      }
      // A unit that failed may not have told what it uses.
      const stale = options.only === undefined && errors.length === 0 ? (images?.stale ?? []) : [];
      errors.push(...(images?.mistakes ?? []), ...stale, ...routes.mistakes, ...isolation.mistakes);
      refuse(distinct(errors));
      const complete = options.only === undefined;
      const summary = writer.commit(complete);
      writer.keep(PROOFS, proofsText(new Map([...(known ?? []), ...isolation.proofsOfUnits])));
      const openApi = documents.commit(complete);
      return {
        ...summary,
        isolation: isolation.summary,
        ...([...openApi.written, ...openApi.removed].length > 0 && { openApi }),
        ...(templates.used && { templates: templates.commit() }),
      };
    } finally {
      writer.discard();
      documents.discard();
    }
  }

  /**
   * Proves the isolation of all teams and writes nothing: for people who would rather look than read, also at what is
   * wrong with it.
   *
   * @throws PlatformErrors with every other mistake
   */
  public isolationReport(): IsolationReport {
    const environments = [...this.declared.values()];
    const isolation = new Isolation(environments, this.props.isolation);
    const declared = new Map<string, Namespace[]>();
    const errors = this.mistakes();
    for (const unit of this.units) {
      errors.push(
        ...collect(() => {
          const app = buildUnit(unit, this.outdir);
          const read = isolation.add(unit, app, unitObjects(unit, app));
          if (unit.cluster !== undefined && read !== undefined) {
            const known = declared.get(unit.cluster) ?? [];
            declared.set(unit.cluster, known);
            known.push(...read.namespaces.values());
          }
        }),
      );
    }
    refuse(distinct(errors));
    return isolationReport(isolation.verdicts, declared, environments);
  }

  private imageRewriter(): ImageRewriter | undefined {
    const { images } = this.props;
    return images && new ImageRewriter(this.imageMap, images.lockFile);
  }

  private unit(name: string): Unit {
    const { units } = this;
    const unit = units.find(known => known.name === name);
    if (unit === undefined) {
      const known = units
        .slice(0, 10)
        .map(one => one.name)
        .join(', ');
      throw new PlatformError(
        'Platform',
        `there is no unit "${name}"`,
        `use <environment>/<team>, one of: ${known}${units.length > 10 ? ', …' : ''}`,
      );
    }
    return unit;
  }

  /** What is wrong across units. */
  private mistakes(): PlatformError[] {
    const environments = [...this.declared.values()];
    if (this.units.length === 0) {
      // Synthesizing nothing would remove everything, and nobody means that by leaving a loop empty.
      return [new PlatformError('Platform', 'no team is declared', 'declare one with environment.team()')];
    }
    return [...conflicts(this.name, environments, this.props.gitOps), ...strayPinFiles(this.pins, environments)];
  }
}

/** Whether a path is the folder, or lies in it. */
function isBelow(folder: string, path: string): boolean {
  const [first] = relative(folder, path).split(sep);
  return first !== '..' && !isAbsolute(first!);
}

function refuse(mistakes: readonly PlatformError[]): void {
  if (mistakes.length > 0) {
    throw new PlatformErrors(mistakes);
  }
}

/** One cause, such as a folder that cannot be written, is told once and not for every unit. */
const distinct = (errors: readonly PlatformError[]): PlatformError[] => [
  ...new Map(errors.map(error => [error.message, error])).values(),
];
