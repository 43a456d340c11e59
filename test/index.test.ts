import { join } from 'node:path';
import ts from 'typescript';

const LIB = join(__dirname, '..', 'lib');
const INDEX = join(LIB, 'index.ts');

const program = ts.createProgram([INDEX], { module: ts.ModuleKind.Node16, target: ts.ScriptTarget.ES2022, types: [] });
const checker = program.getTypeChecker();
const index = program.getSourceFile(INDEX)!;

const behindAlias = (symbol: ts.Symbol) =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
const exported = new Set(checker.getExportsOfModule(checker.getSymbolAtLocation(index)!).map(behindAlias));

const isInner = (node: ts.Node) =>
  ts.isBlock(node) ||
  (ts.canHaveModifiers(node) &&
    ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword) === true) ||
  (ts.isHeritageClause(node) && node.token === ts.SyntaxKind.ImplementsKeyword);

/** The types of ours that the declaration mentions where a user can see it. */
function mentioned(node: ts.Node, found = new Set<ts.Symbol>()): Set<ts.Symbol> {
  if (!isInner(node)) {
    if (ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node)) {
      const name = ts.isTypeReferenceNode(node) ? node.typeName : node.expression;
      const symbol = checker.getSymbolAtLocation(name);
      if (symbol) {
        found.add(behindAlias(symbol));
      }
    }
    ts.forEachChild(node, child => void mentioned(child, found));
  }
  return found;
}

/** Whether another file of ours could import it. */
const isOurs = (symbol: ts.Symbol) =>
  symbol.declarations?.some(
    declaration =>
      declaration.getSourceFile().fileName.startsWith(LIB) &&
      (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Export) !== 0,
  ) === true;

describe('the public API', () => {
  it('names each of its exports, and each once', () => {
    const declarations = index.statements.filter(ts.isExportDeclaration);
    expect(declarations).toHaveLength(index.statements.length);
    const names = declarations.map(({ exportClause }) =>
      exportClause && ts.isNamedExports(exportClause)
        ? exportClause.elements.map(({ name }) => name.text)
        : ['everything of a file'],
    );
    expect(names.flat()).not.toContain('everything of a file');
    expect(new Set(names.flat()).size).toBe(names.flat().length);
  });

  it('exports every type that stands in a signature of it', () => {
    const missing = [...exported].flatMap(symbol =>
      (symbol.declarations ?? [])
        .flatMap(declaration => [...mentioned(declaration)])
        .filter(type => isOurs(type) && !exported.has(type))
        .map(type => `${type.name}, of ${symbol.name}`),
    );
    expect(missing).toEqual([]);
  });
});
