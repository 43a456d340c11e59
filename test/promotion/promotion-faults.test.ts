import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';

const ROOT = join(__dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/promotion-faults.md'), 'utf8');

/** What a title says of the order in which tests were thought of. */
const withoutNumbers = (title: string): string => title.replace(/(?<![\w.])\d+(?:, \d+)*: /, '');

/** The titles of all tests of a file, those of each row of a table too. */
function titlesOf(file: string): Set<string> {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const constants = new Map<string, ts.Expression>();
  const titles = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.initializer) {
      constants.set(node.name.getText(), node.initializer);
    }
    if (ts.isCallExpression(node) && node.arguments[0] && ts.isStringLiteralLike(node.arguments[0])) {
      const { expression: callee } = node;
      const title = node.arguments[0].text;
      if (/^(?:it|test)$/.test(callee.getText())) {
        titles.add(withoutNumbers(title));
      } else if (ts.isCallExpression(callee) && /^(?:it|test)\.each$/.test(callee.expression.getText())) {
        rowsOf(callee.arguments[0]!, constants).forEach(row => titles.add(withoutNumbers(filledIn(title, row))));
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return titles;
}

/** The rows of a table, each as the texts and numbers at its beginning. */
function rowsOf(table: ts.Expression, constants: ReadonlyMap<string, ts.Expression>): (string | number)[][] {
  const known = ts.isIdentifier(table) ? constants.get(table.text) : table;
  return known && ts.isArrayLiteralExpression(known)
    ? known.elements.map(element =>
        (ts.isArrayLiteralExpression(element) ? [...element.elements] : [element]).flatMap(valueOf),
      )
    : [];
}

const valueOf = (cell: ts.Expression): (string | number)[] =>
  ts.isStringLiteralLike(cell) ? [cell.text] : ts.isNumericLiteral(cell) ? [Number(cell.text)] : [];

/** What jest prints for a row. */
function filledIn(title: string, row: readonly (string | number)[]): string {
  const left = [...row];
  return title.replace(/%[sdj]/g, sign => {
    const value = left.shift();
    return value === undefined ? sign : sign === '%j' ? JSON.stringify(value) : `${value}`;
  });
}

describe('the page of faults', () => {
  const rows = PAGE.split('\n').filter(line => /^\| (?!what goes wrong)/.test(line));
  const files = new Map<string, Set<string>>();

  it('says four things of each fault', () => {
    expect(rows.length).toBeGreaterThan(90);
    expect(rows.filter(row => row.split(/(?<!\\) ?\| ?/).filter(Boolean).length !== 4)).toEqual([]);
    expect(new Set(rows.map(row => row.split(' | ')[0])).size).toBe(rows.length);
  });

  it.each(rows.map(row => row.slice(2, row.indexOf(' | '))))('names a test that there is: %s', fault => {
    const row = rows.find(one => one.startsWith(`| ${fault} |`))!;
    const [, file, title] = /\| `([\w/-]+): (.*)` \|$/.exec(row) ?? [];
    const path = join(ROOT, 'test', `${file}.test.ts`);
    const titles = files.get(path) ?? titlesOf(path);
    files.set(path, titles);
    expect(titles).toContain(title);
  });
});
