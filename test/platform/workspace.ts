import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { Platform, type PlatformProps, type TeamProps } from '../../lib';

/** What a team needs at least. */
export const SMALL: TeamProps = { quota: { cpu: '8', memory: '16Gi' } };

/** A folder of a test's own, with the output folder and the pins of a platform in it. */
export class Workspace {
  public readonly root = mkdtempSync(join(tmpdir(), 'platform-'));
  public readonly dist = join(this.root, 'dist');
  public readonly pins = join(this.root, 'environments');

  public platform(props: Partial<PlatformProps> = {}): Platform {
    return new Platform({ name: 'ml', outdir: this.dist, pins: this.pins, ...props });
  }

  public write(file: string, text: string): void {
    mkdirSync(dirname(join(this.root, file)), { recursive: true });
    writeFileSync(join(this.root, file), text);
  }

  public read(file: string): string {
    return readFileSync(join(this.root, file), 'utf8');
  }

  /** Everything below the output folder, by path; whatever writes a file again changes it, even with the same bytes. */
  public content(): Record<string, string> {
    const paths = readdirSync(this.dist, { recursive: true, encoding: 'utf8' }).sort();
    return Object.fromEntries(paths.map(path => [path, identity(join(this.dist, path))]));
  }

  /** Paths of everything below the output folder. */
  public paths(): string[] {
    return Object.keys(this.content());
  }

  public remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

function identity(path: string): string {
  const stats = lstatSync(path, { bigint: true });
  if (stats.isDirectory()) {
    return 'folder';
  }
  const content = stats.isSymbolicLink() ? readlinkSync(path) : readFileSync(path, 'utf8');
  return `${stats.ino} ${stats.mtimeNs} ${content}`;
}

/** Gives each test of a suite a workspace. */
export function useWorkspace(): () => Workspace {
  let workspace: Workspace;
  beforeEach(() => {
    workspace = new Workspace();
  });
  afterEach(() => workspace.remove());
  return () => workspace;
}

/** An object of the user's own, in which one text is easy to find. */
export function note(scope: Construct, id: string, text = 'some text', name = id): ApiObject {
  return new ApiObject(scope, id, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data: { text },
  } as object as {
    apiVersion: string;
    kind: string;
  });
}
