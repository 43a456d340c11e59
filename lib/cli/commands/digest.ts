import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { modelDigest, REGISTRY_NOTE, type ModelFile } from '../../core/model-digest';
import { PlatformError } from '../../core/platform-error';
import { print, type Output } from '../tables';

/** Prints the digest of a model's files, for its pin. */
export async function digest(folder: string, { output }: { readonly output: Output }): Promise<void> {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new PlatformError('digest', `"${folder}" is no folder`, 'name the folder that has the file MLmodel');
  }
  const files: ModelFile[] = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    const path = relative(folder, file).split(sep).join('/');
    if (entry.name.includes('\n') || !(entry.isFile() || entry.isDirectory())) {
      throw new PlatformError(
        'digest',
        `"${path}" is no plain file, and cannot be part of a model with a digest`,
        'replace it by the file itself',
      );
    }
    if (entry.isFile() && path !== REGISTRY_NOTE) {
      files.push({ path, sha256: await sha256(file) });
    }
  }
  const digested = modelDigest(files);
  print(output, { digest: digested }, () => digested);
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
