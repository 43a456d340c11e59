import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from '../../lib';

const PROJECT = join(__dirname, '..', '..');
const AUTHOR = ['-c', 'user.name=test', '-c', 'user.email=test@example.com'];

/** The Git repository of a platform: a person edits, synthesizes, commits and pushes in it, Argo CD reads it. */
export class Repository {
  /** What Argo CD clones. */
  public readonly url: string;
  private readonly home = mkdtempSync(join(tmpdir(), 'argocd-test-'));
  /** Where the person works. */
  private readonly folder = join(this.home, 'work');

  constructor(private readonly signal: AbortSignal) {
    this.url = `file://${this.home}/platform.git`;
  }

  /** Fills it with the commit of this project that is checked out. */
  public async start(): Promise<void> {
    const bare = join(this.home, 'platform.git');
    await this.run('git', ['init', '--quiet', '--bare', '--initial-branch=main', bare], PROJECT);
    await this.run('git', ['fetch', '--quiet', '--update-shallow', PROJECT, 'HEAD:refs/heads/main'], bare);
    await this.run('git', ['clone', '--quiet', bare, this.folder], PROJECT);
    symlinkSync(join(PROJECT, 'node_modules'), join(this.folder, 'node_modules'));
  }

  /** Objects of a file. */
  public objects(file: string): Manifest[] {
    return parseAllDocuments(this.read(file)).map(document => document.toJS());
  }

  public read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8');
  }

  public write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  public delete(path: string): void {
    rmSync(join(this.folder, path), { recursive: true });
  }

  /**
   * Replaces what matches in a file.
   *
   * @throws Error if nothing does: the file is not what the test was written for
   */
  public edit(file: string, pattern: RegExp, replacement: string): void {
    const text = this.read(file);
    if (!pattern.test(text)) {
      throw new Error(`${file} has nothing that matches ${pattern}`);
    }
    this.write(file, text.replace(pattern, replacement));
  }

  public async synth(...args: readonly string[]): Promise<void> {
    await this.run('npm', ['run', '--silent', 'synth', '--', ...args]);
  }

  /** Lines that changed since the last commit, without their places. */
  public async diff(...paths: readonly string[]): Promise<string[]> {
    const text = await this.run('git', ['diff', '--unified=0', '--', ...paths]);
    return text.split('\n').filter(line => /^[+-](?!--|\+\+)/.test(line));
  }

  /** Commits the platform, and pushes; returns the commit. */
  public async push(message: string): Promise<string> {
    await this.run('git', ['add', '--all', '--', 'main.ts', 'environments', 'dist']);
    await this.run('git', [...AUTHOR, 'commit', '--quiet', `--message=${message}`]);
    return this.publish();
  }

  /** Takes the last commit back by another one, and pushes; returns that. */
  public async revert(): Promise<string> {
    await this.run('git', [...AUTHOR, 'revert', '--no-edit', 'HEAD']);
    return this.publish();
  }

  /** Files of the last commit. */
  public async committed(): Promise<string[]> {
    const text = await this.run('git', ['show', '--name-only', '--format=', 'HEAD']);
    return text.split('\n').filter(line => line !== '');
  }

  public remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }

  private async publish(): Promise<string> {
    await this.run('git', ['push', '--quiet', 'origin', 'HEAD:main']);
    return (await this.run('git', ['rev-parse', 'HEAD'])).trim();
  }

  private async run(program: string, args: readonly string[], cwd = this.folder): Promise<string> {
    const { stdout } = await promisify(execFile)(program, args, { cwd, signal: this.signal, timeout: 60_000 });
    return stdout;
  }
}
