import { FULLNAME, type Scope } from './go-syntax';
import { releaseInGo } from './release-in-go';

/** How often a template may ask for the full name before it keeps it: so often in all, or twice in a line. */
const OFTEN = 6;

/** A template, with the full name of the release in a variable where it is needed often. */
export function withFullname(scope: Scope, print: (scope: Scope) => string): string {
  const plain = print(scope);
  const [name, inner] = ['', '$'].map(root => releaseInGo(scope.chart, 'fullname', root)) as [string, string];
  const uses = (text: string): number => text.split(name).length + text.split(inner).length - 2;
  return uses(plain) >= OFTEN || plain.split('\n').some(line => uses(line) > 1)
    ? `{{- ${FULLNAME} := ${name} -}}\n${print({ ...scope, hasFullname: true })}`
    : plain;
}
