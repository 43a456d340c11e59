import fc from 'fast-check';
import { formatQuantity, parseQuantity } from '../../lib/core/quantity';
import { checkedQuantity, checkedResources } from '../../lib/core/resources';
import { expectRefusal } from '../support';

describe('parseQuantity', () => {
  test.each([
    ['0', 0],
    ['4', 4],
    ['+4', 4],
    ['5.', 5],
    ['.5', 0.5],
    ['500m', 0.5],
    ['2300m', 2.3],
    ['250u', 0.00025],
    ['7n', 7e-9],
    ['2k', 2000],
    ['3M', 3e6],
    ['1G', 1e9],
    ['1T', 1e12],
    ['1P', 1e15],
    ['1E', 1e18],
    ['1e3', 1000],
    ['1E3', 1000],
    ['25e-2', 0.25],
    ['1Ki', 1024],
    ['1.5Mi', 1.5 * 2 ** 20],
    ['16Gi', 16 * 2 ** 30],
    ['1Ti', 2 ** 40],
    ['1Pi', 2 ** 50],
    ['1Ei', 2 ** 60],
  ])('reads %s as %d', (text, amount) => {
    expect(parseQuantity(text)).toBe(amount);
  });

  test.each(['', ' 1', '1 ', '1\n', '-1', '1K', '1ki', '1gi', '1Gb', '0x1', '1_000', '1,5', '1e', '1e400', '١', 'NaN'])(
    'does not read %j',
    text => {
      expect(parseQuantity(text)).toBeUndefined();
    },
  );

  it('reads the same amount from each way of writing it', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), thousandths => {
        expect(parseQuantity(`${thousandths}m`)).toBe(parseQuantity(`${thousandths / 1000}`));
      }),
    );
  });
});

describe('formatQuantity', () => {
  test.each([
    ['requests.cpu', 3, '3'],
    ['requests.cpu', 1.5, '1500m'],
    ['limits.cpu', 0.1 + 0.2, '300m'],
    ['requests.memory', 512, '512'],
    ['requests.memory', 2.5 * 2 ** 30, '2.5Gi'],
    ['limits.memory', 3 * 2 ** 20, '3Mi'],
    ['requests.storage', 2 ** 41, '2Ti'],
    ['requests.ephemeral-storage', 2 ** 10, '1Ki'],
    ['requests.nvidia.com/gpu', 2, '2'],
    ['pods', 12, '12'],
  ])('writes %s of %d as %s', (resource, amount, text) => {
    expect(formatQuantity(resource, amount)).toBe(text);
  });

  it('writes what reads as the same amount, as far as its digits go', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), fc.constantFrom(0, 10, 20, 30, 40), (count, power) => {
        expect(parseQuantity(formatQuantity('cpu', count / 1000))).toBe(count / 1000);
        expect(parseQuantity(formatQuantity('pods', count))).toBe(count);
        const bytes = (count % 1024) * 2 ** power;
        expect(parseQuantity(formatQuantity('memory', bytes))).toBe(bytes);
      }),
    );
  });
});

test('checkedQuantity returns the amount, or refuses with the name of the prop', () => {
  expect(checkedQuantity('fraud', 'quota.cpu', '1500m')).toBe(1.5);
  expectRefusal(
    () => checkedQuantity('fraud', 'quota.cpu', 'lots'),
    '[fraud] quota.cpu must be a quantity, got "lots"; write a number with a unit of Kubernetes, such as "500m", "4" or "16Gi"',
  );
});

describe('checkedResources', () => {
  const defaults = { requests: { cpu: '250m', memory: '1Gi' }, limits: { cpu: '1', memory: '1Gi' } };

  it('fills in the defaults', () => {
    expect(checkedResources('fraud', {}, defaults)).toEqual(defaults);
  });

  it('takes what is given and leaves the rest', () => {
    const given = { requests: { cpu: '500m' }, limits: { memory: '2Gi' } };
    expect(checkedResources('fraud', given, defaults)).toEqual({
      requests: { cpu: '500m', memory: '1Gi' },
      limits: { cpu: '1', memory: '2Gi' },
    });
  });

  it('raises a default limit to the request given', () => {
    expect(checkedResources('fraud', { requests: { memory: '4Gi' } }, defaults).limits).toEqual({
      cpu: '1',
      memory: '4Gi',
    });
  });

  it('lowers a default request to the limit given', () => {
    expect(checkedResources('fraud', { limits: { cpu: '100m' } }, defaults).requests).toEqual({
      cpu: '100m',
      memory: '1Gi',
    });
  });

  it('limits an extended resource to its request, because none may be overcommitted', () => {
    const { requests, limits } = checkedResources('fraud', { requests: { 'nvidia.com/gpu': '1' } }, defaults);
    expect([requests['nvidia.com/gpu'], limits['nvidia.com/gpu']]).toEqual(['1', '1']);
  });

  it('leaves a request without a limit where Kubernetes allows that', () => {
    const resources = checkedResources('fraud', { requests: { cpu: '2' } }, { requests: {}, limits: {} });
    expect(resources).toEqual({ requests: { cpu: '2' }, limits: {} });
  });

  it('accepts equal amounts that are written differently', () => {
    const given = { requests: { cpu: '2300m' }, limits: { cpu: '2.3' } };
    expect(checkedResources('fraud', given, defaults).limits['cpu']).toBe('2.3');
  });

  it('refuses a request above its limit', () => {
    expectRefusal(
      () => checkedResources('fraud', { requests: { cpu: '2' }, limits: { cpu: '1500m' } }, defaults),
      '[fraud] requests.cpu (2) is above limits.cpu (1500m); lower the request or raise the limit',
    );
  });

  test.each([
    ['limits.memory', { limits: { memory: '1GB' } }, '1GB'],
    ['requests.memory', { requests: { memory: '-1' } }, '-1'],
    ['requests.ephemeral-storage', { requests: { 'ephemeral-storage': '' } }, ''],
  ])('refuses %s that is no quantity', (name, given, text) => {
    expectRefusal(
      () => checkedResources('fraud', given, defaults),
      `[fraud] ${name} must be a quantity, got "${text}"; write a number with a unit of Kubernetes, such as "500m", "4" or "16Gi"`,
    );
  });
});
