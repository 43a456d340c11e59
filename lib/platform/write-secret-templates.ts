import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { App } from 'cdk8s';
import { appliedSecrets } from '../constructs/applied-secret';
import { SecretTemplate } from '../constructs/secret-template';
import { readText } from './read-text';
import type { Unit } from './unit';

/** What a synthesis did to the templates of Secrets. */
export interface TemplateSummary {
  /** Templates that changed, or that are new. */
  readonly written: readonly string[];
  /** Files left alone because somebody changed them, while the template says something else by now. */
  readonly outdated: readonly string[];
}

const HEADER = /^# template ([0-9a-f]{16}): [^\n]*\n/;

/**
 * Writes templates of Secrets, and never over a file that somebody changed: its first line holds the digest of the rest,
 * so a file that is still a template can be told from one that is filled in.
 */
export class SecretTemplateWriter {
  private readonly staged = new Map<string, string>();
  private readonly outdated: string[] = [];

  constructor(
    private readonly folder: string,
    private readonly dryRun = false,
  ) {}

  /** Whether any unit has a template. */
  public used = false;

  /** Remembers the templates of a unit that have to be written. */
  public stage(unit: Unit, app: App): void {
    for (const secret of appliedSecrets(app)) {
      if (secret instanceof SecretTemplate) {
        this.used = true;
        this.compare(join(this.folder, unit.name, `${secret.name}.yaml`), secret.text);
      }
    }
  }

  /** Writes them. */
  public commit(): TemplateSummary {
    for (const [file, text] of this.dryRun ? [] : this.staged) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(`${file}.tmp`, text);
      renameSync(`${file}.tmp`, file);
    }
    return { written: [...this.staged.keys()], outdated: this.outdated };
  }

  private compare(file: string, body: string): void {
    const digest = digestOf(body);
    const current = readText(file)?.replaceAll('\r\n', '\n');
    const [header = '', made] = HEADER.exec(current ?? '') ?? [];
    if (current === undefined || (made !== digest && made === digestOf(current.slice(header.length)))) {
      this.staged.set(file, `# template ${digest}: replaced by synthesis until something below is changed\n${body}`);
    } else if (made !== digest) {
      this.outdated.push(file);
    }
  }
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
