import { isCron } from '../../lib/core/cron';

describe('a schedule', () => {
  test.each(['0 2 * * *', '*/15 0-6,22 1,15 JAN-mar sun', '59 23 31 12 6', '0 0 ? * MON-FRI/2', ' 5 4 * * 0 '])(
    'may be %j',
    text => {
      expect(isCron(text)).toBe(true);
    },
  );

  test.each([
    '99 99 * * *',
    '60 0 * * *',
    '0 24 * * *',
    '0 0 0 * *',
    '0 0 32 * *',
    '0 0 * 13 *',
    '0 0 * * 7',
    '0 0 * * someday',
    '0 5-3 * * *',
    '0 1-2-3 * * *',
    '*/0 * * * *',
    '0, * * * *',
    '0 2 * *',
    '0 0 2 * * *',
    'daily',
    '',
  ])('may not be %j', text => {
    expect(isCron(text)).toBe(false);
  });

  it('may have seconds where these are asked for', () => {
    expect([isCron('30 0 1 * * *', true), isCron('0 1 * * *', true), isCron('60 0 1 * * *', true)]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
