import { escaped, fitsBlock, yamlScalar } from '../../../lib/helm/emit/yaml-scalar';

describe('yamlScalar', () => {
  it.each(['nginx', 'a/b:1.2', '--level=info', '64Mi', '250m', 'apps/v1', 'Always'])(
    'leaves %p without quotes',
    text => {
      expect(yamlScalar(text)).toBe(text);
    },
  );

  it.each([
    'yes',
    'On',
    '012',
    '1e3',
    '1.5',
    '~',
    '',
    'a: b',
    'a #b',
    '- a',
    '---',
    '12',
    '0x1F',
    'null',
    '1:30',
    'x ',
  ])('puts %p between quotes', text => {
    expect(yamlScalar(text)).toBe(JSON.stringify(text));
  });

  it('escapes what YAML takes for the end of a line, and what Go takes for an action', () => {
    expect(yamlScalar('a\u0085b')).toBe('"a\\u0085b"');
    expect(yamlScalar('{{ x }}')).toBe('"{{ "{{" }} x }}"');
  });

  it('prints what is no text as JSON does', () => {
    expect([0, true, null, [], {}].map(value => yamlScalar(value))).toEqual(['0', 'true', 'null', '[]', '{}']);
  });
});

describe('a block of lines', () => {
  it('holds no text that starts with a blank or has what YAML would change', () => {
    expect(['a\nb', ' a', '', 'a\u2028b', 'a\tb'].map(fitsBlock)).toEqual([true, false, false, false, true]);
  });

  it('escapes each pair of braces', () => {
    expect(escaped('{{{')).toBe('{{ "{{" }}{');
  });
});
