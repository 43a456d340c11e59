import { join } from 'node:path';
import type { App } from 'cdk8s';
import { appliedSecrets } from '../constructs/applied-secret';
import { SopsSecret } from '../constructs/sops-secret';
import { PlatformError } from '../core/platform-error';
import { sopsMistakes } from '../core/sops-file';
import { readText } from './read-text';
import type { Unit } from './unit';

/** What is wrong with the encrypted files of a unit. */
export function sopsFileMistakes(unit: Unit, app: App, folder: string): PlatformError[] {
  return appliedSecrets(app).flatMap(secret => {
    if (!(secret instanceof SopsSecret)) {
      return [];
    }
    const file = secret.file ?? join(folder, unit.name, `${secret.name}.sops.yaml`);
    const text = readText(file);
    if (text !== undefined) {
      return sopsMistakes(text, file, secret);
    }
    const keys = Object.entries(secret.keys).map(([key, { how }]) => `\n  ${key}: ${how}`);
    return [
      new PlatformError(
        file,
        `the file does not exist, which ${unit.folder}/${secret.node.path} needs`,
        `write the Secret "${secret.name}" of namespace "${secret.namespace}" and encrypt it${
          keys.length > 0 ? `; its keys:${keys.join('')}` : ''
        }`,
      ),
    ];
  });
}
