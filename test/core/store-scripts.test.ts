import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SEAWEED_FS_SCRIPT } from '../../lib/core/store-scripts';

describe('the users of a SeaweedFs', () => {
  it('are those whose Secrets are there, and the others keep nobody out', () => {
    const folder = mkdtempSync(join(tmpdir(), 'seaweed-'));
    try {
      const put = (path: string, text: string) => {
        mkdirSync(join(folder, path, '..'), { recursive: true });
        writeFileSync(join(folder, path), text);
      };
      put('etc/store/root/user', 'keeper');
      put('etc/store/root/password', 'a-long-password');
      put('etc/store/users/present/credentials', 'aws_access_key_id = key\naws_secret_access_key = secret\n');
      mkdirSync(join(folder, 'etc/store/users/absent'));
      mkdirSync(join(folder, 'run/store'), { recursive: true });
      const script = SEAWEED_FS_SCRIPT.replace(/\/(?=(?:etc|run)\/store)/g, `${folder}/`);
      const args = ['absent', '["Read:a"]', 'present', '["Read:b"]'];
      const { status, stderr } = spawnSync('sh', ['-c', script, 'identities', ...args], { encoding: 'utf8' });
      expect({ status, stderr }).toEqual({
        status: 0,
        stderr: 'absent is left out until its Secret is there and this pod is made anew\n',
      });
      const { identities } = JSON.parse(readFileSync(join(folder, 'run/store/identities.json'), 'utf8'));
      expect(identities.map(({ name, actions }: any) => [name, actions])).toEqual([
        ['root', ['Admin', 'Read', 'List', 'Write', 'Tagging']],
        ['present', ['Read:b']],
      ]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
