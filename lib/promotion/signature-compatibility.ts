import { readSignature, type ModelSignature, type Param } from '../core/model-signature';

type Field = ReturnType<typeof fieldsOf>[number];

/** Types that take every value of the first one too. */
const WIDER: Readonly<Record<string, readonly string[]>> = {
  integer: ['long', 'double'],
  long: [],
  float: ['double'],
};

/**
 * What a caller of the running version would have to change for the next one; empty if nothing.
 *
 * A field that the next version does not take any more does no harm: MLflow ignores what it does not know.
 */
export function incompatibilities(running: ModelSignature, next: ModelSignature): string[] {
  const [before, after] = [readSignature(running), readSignature(next)];
  if (typeof before === 'string' || typeof after === 'string') {
    return [`a signature cannot be read: ${typeof before === 'string' ? before : (after as string)}`];
  }
  const [taken, takes] = [fieldsOf(before.inputs), fieldsOf(after.inputs)];
  const [gave, gives] = [fieldsOf(before.outputs), fieldsOf(after.outputs)];
  return [
    ...takes.flatMap(field => {
      const known = taken.find(({ name }) => name === field.name);
      if (known === undefined || (!known.required && field.required)) {
        return field.required ? [`it needs the input ${field.name}`] : [];
      }
      return accepts(field, known) ? [] : [`its input ${field.name} is ${field.text}, not ${known.text}`];
    }),
    ...gave.flatMap(field => {
      const known = gives.find(({ name }) => name === field.name);
      if (known === undefined) {
        return [`it does not return ${field.name}`];
      }
      return known.text === field.text ? [] : [`it returns ${field.name} as ${known.text}, not ${field.text}`];
    }),
    ...before.params.flatMap(param => {
      const known = after.params.find(({ name }) => name === param.name);
      return known && typeText(known) === typeText(param) ? [] : [`it does not take the parameter ${param.name}`];
    }),
  ];
}

const accepts = (field: Field, known: Field): boolean =>
  field.text === known.text || (WIDER[known.type] ?? []).includes(field.type);

function fieldsOf(fields: readonly { readonly type: string; readonly name?: string | number; required?: boolean }[]) {
  return fields.map((field, index) => ({
    name: String(field.name ?? index + 1),
    type: field.type,
    required: field.required !== false,
    text: typeText(field),
  }));
}

/** A type as it is compared: all that says what values look like. */
function typeText({ name: _, required: _required, ...type }: object & { name?: unknown; required?: unknown }): string {
  const { default: _default, ...shape } = type as Partial<Param>;
  return Object.keys(shape).length === 1 ? String(shape.type) : JSON.stringify(shape);
}
