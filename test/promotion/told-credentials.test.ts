import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentialsIn } from '../../lib/promotion/ports/credentials';
import { protocolOf } from '../../lib/promotion/ports/git-address';
import { prometheus } from '../../lib/promotion/ports/prometheus';
import { parseRules } from '../../lib/promotion/rules-file';

const messageOf = (act: () => unknown): string => {
  try {
    return `accepted: ${String(act())}`;
  } catch (error) {
    return (error as Error).message;
  }
};

describe('credentials that are told to nobody', () => {
  const folder = mkdtempSync(join(tmpdir(), 'credentials-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(['S3CR3T\nOLDS3CR3T\n', 'S3CR3T\u0007x', 'S3CR3T\u2028x', 'S3CR3T€', ''])('are one line: %j', token => {
    writeFileSync(join(folder, 'token'), token);
    const message = messageOf(credentialsIn(folder));
    expect(message).toMatch(/credentials-\w+\/token\] (?:the file does not hold one line|no server gives)/);
    expect(message).not.toContain('S3CR3T');
  });

  it('may be any password of one line', () => {
    rmSync(join(folder, 'token'), { force: true });
    writeFileSync(join(folder, 'username'), 'bot\n');
    writeFileSync(join(folder, 'password'), 'pässwörd €\n');
    expect(credentialsIn(folder)()).toBe(`Basic ${Buffer.from('bot:pässwörd €').toString('base64')}`);
  });

  it.each([
    'http://bot:S3CR3T@host',
    'http://S3CR3T@host',
    'http://bot:S3/CR@host',
    'S3CR3T:x@host',
    'ftp://a:S3CR3T@b',
  ])('are in no URL of a server: %s', url => {
    const message = messageOf(() => prometheus({ url }));
    expect(message).toMatch(/^\[HTTP\] (?:the URL of http:\/\/host holds credentials|".*" is no URL of a server); /);
    expect(message).not.toMatch(/S3|CR/);
  });

  it.each([
    'ssh://u:S3CR3T@host/a.git',
    'ssh://u:S3/CR@host/a.git',
    'https://u:S3CR3T@host/a.git',
    'https://S3CR3T@host/a.git',
    'u:S3CR3T@host:a.git',
    'git://u:S3CR3T@host/a.git',
    '/here/u:S3CR3T@host:a.git',
  ])('are in no address of a repository: %s', url => {
    const message = messageOf(() => protocolOf(url));
    expect(message).toMatch(/^\[Git\] (?:the address of the repository holds credentials|".*" is no address)/);
    expect(message).not.toMatch(/S3|CR/);
  });

  it.each(['ssh://git@host/a.git', 'ssh://host:22/a.git', 'git@host:a.git', 'https://host/a.git', '/here/a@b'])(
    'are not in %s',
    url => {
      expect(['ssh', 'https', 'file']).toContain(protocolOf(url));
    },
  );

  it.each(['http://bot:S3CR3T@mlflow', 'http://mlflow?token=S3CR3T', 'bot:S3CR3T@mlflow'])(
    'are in no mistake of rules: %s',
    url => {
      const rules = `registries:\n  mlflow: { url: "${url}" }\nenvironments: {}\nteams: {}\n`;
      const message = messageOf(() => parseRules(rules));
      expect(message).toContain('registries.mlflow.url must');
      expect(message).toMatch(/got "\S*mlflow"/);
      expect(message).not.toContain('S3CR3T');
    },
  );
});
