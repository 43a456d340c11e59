import { translate } from '../../../lib/helm/translate';
import { expectRefusal } from '../../support';
import { printedBy, sourceOf, thing, type Shape } from '../charts';
import { number, text } from '../nasty/values';

/** The template of a thing that is made of values. */
function templateOf(shape: Shape, spec: (values: any) => object): string {
  const source = sourceOf(shape, (chart, values, release) => thing(chart, release, spec(values)), 300);
  return printedBy(source, translate(source).tree)['thing.yaml']!;
}

describe('Gates that no declaration tells of', () => {
  it('are texts for which it matters whether they are empty', () => {
    const template = templateOf({ note: text() }, ({ note }) => ({ note, isSaid: note === '' ? 'no' : 'yes' }));
    expect(template).toContain('{{- if .Values.note }}\n  isSaid: "yes"\n  {{- else }}\n  isSaid: "no"\n  {{- end }}');
  });

  it('are limits of integers, found to the last number', () => {
    const template = templateOf({ count: number(1000) }, ({ count }) => ({
      count,
      size: count > 100 ? 'large' : count > 17 ? 'middle' : 'small',
    }));
    expect(template.match(/gt \(?.*?\)? (\d+)/g)!.map(test => Number(/\d+$/.exec(test)))).toEqual(
      expect.arrayContaining([17, 100]),
    );
  });

  it('are no more than three limits of one integer', () => {
    const steps = [50, 150, 400, 700];
    expectRefusal(
      () =>
        templateOf({ count: number(1000) }, ({ count }) => ({ step: `s${steps.filter(step => count > step).length}` })),
      '[demo: Thing/<fullname> spec.step] with count: 1000 the construct prints "s4", where the best template prints "s3"; print count as it is, times or plus a constant, or declare a boolean or a choice for what depends on it',
    );
  });

  it('are no texts that mean something else by what they say', () => {
    expect(() =>
      templateOf({ note: text() }, ({ note }) => ({ note, isShort: note.length < 4 ? 'yes' : 'no' })),
    ).toThrow(/isShort.*note/);
  });
});
