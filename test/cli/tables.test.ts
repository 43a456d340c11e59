import type * as Tables from '../../lib/cli/tables';

describe('what is printed', () => {
  const terminal = Object.getOwnPropertyDescriptor(process.stdout, 'isTTY');
  const wish = process.env['NO_COLOR'];
  afterEach(() => {
    Object.defineProperty(process.stdout, 'isTTY', terminal ?? { value: undefined, configurable: true });
    process.env['NO_COLOR'] = wish;
    if (wish === undefined) {
      delete process.env['NO_COLOR'];
    }
  });

  it.each([
    ['has colours on a terminal', true, undefined, true],
    ['has none in a file', false, undefined, false],
    ['has none for who wants none', true, '1', false],
    ['has some if the wish is empty', true, '', true],
  ])('%s', (_, isTTY, noColor, coloured) => {
    Object.defineProperty(process.stdout, 'isTTY', { value: isTTY, configurable: true });
    delete process.env['NO_COLOR'];
    if (noColor !== undefined) {
      process.env['NO_COLOR'] = noColor;
    }
    jest.resetModules();
    const { colours, table } = jest.requireActual<typeof Tables>('../../lib/cli/tables');
    expect(`${colours.green('done')}${table(['Model'], [['churn']])}`.includes('\u001b')).toBe(coloured);
  });
});
