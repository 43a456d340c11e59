import type { App } from 'cdk8s';
import { apiDocuments } from '../constructs/api-document';
import type { Unit } from './unit';
import { ManifestWriter, type FileSummary } from './write-manifests';
import { emitYaml } from './yaml-emitter';

const EXTENSION = '.openapi.yaml';
const OWNED = /^[a-z0-9-]+\/[a-z0-9-]+\/[a-z0-9-]+\.openapi\.yaml$/;

/** Writes a document for each API that says what it takes, under the rules for manifests; nothing where none does. */
export class OpenApiWriter {
  private readonly writer: ManifestWriter;

  constructor(folder: string, dryRun = false) {
    this.writer = new ManifestWriter(folder, dryRun, OWNED);
  }

  /** Lays the documents of a unit aside. */
  public stage(unit: Unit, app: App): void {
    for (const { name, content } of apiDocuments(app)) {
      this.writer.stage(`${unit.name}/${name}${EXTENSION}`, emitYaml([content]));
    }
  }

  /**
   * Moves them into place.
   *
   * @param complete whether every unit was asked, so that other documents of ours can go
   */
  public commit(complete: boolean): FileSummary {
    return this.writer.commit(complete);
  }

  /** Forgets what was laid aside. */
  public discard(): void {
    this.writer.discard();
  }
}
