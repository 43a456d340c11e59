import { releaseOf } from '../../../lib/helm/values/release';

const chart = { name: 'demo', version: '1.0.0+build', appVersion: '2' };
const fullname = (name: string, values = {}, nameLength?: number): string =>
  releaseOf({ ...chart, ...(nameLength === undefined ? {} : { nameLength }) }, { name, namespace: 'n' }, values)
    .fullname;

describe('releaseOf', () => {
  it('names objects after the release and the chart, and the chart once', () => {
    expect([fullname('blue'), fullname('demo'), fullname('my-demo-2')]).toEqual(['blue-demo', 'demo', 'my-demo-2']);
  });

  it('lets values override either name', () => {
    expect(fullname('blue', { nameOverride: 'x' })).toBe('blue-x');
    expect(fullname('blue', { nameOverride: 'x', fullnameOverride: 'y' })).toBe('y');
  });

  it('cuts names to the length that the chart chose, and no "-" is left at the end', () => {
    expect(fullname('x'.repeat(53)).length).toBe(58);
    expect(fullname('abcd', {}, 5)).toBe('abcd');
  });

  it('makes a label of the version', () => {
    expect(releaseOf(chart, { name: 'a', namespace: 'n' }).chart).toBe('demo-1.0.0_build');
  });
});
