import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLIENT_HEADER, IDENTITY_HEADERS } from '../../lib/core/identity-headers';

describe('headers that say who calls', () => {
  it('are those of the page', () => {
    const page = readFileSync(join(__dirname, '../../docs/api-auth.md'), 'utf8');
    const table = page.split('## Headers that say who calls\n')[1]!.split('\n\n')[0]!;
    const rows = table.split('\n').slice(2);
    const listed = rows.flatMap(row => [...row.split('|')[1]!.matchAll(/`([^`]+)`/g)].map(([, header]) => header));
    expect(listed.sort()).toEqual([...IDENTITY_HEADERS].sort());
    expect(rows[0]).toContain(`\`${CLIENT_HEADER}\``);
  });
});
