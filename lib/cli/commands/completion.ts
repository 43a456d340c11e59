import type { Command } from 'commander';
import { PlatformError } from '../../core/platform-error';

/** A word that can stand at a place of the command line, and what it means. */
interface Word {
  readonly text: string;
  readonly meaning: string;
}

/** What can follow a command. */
interface Place {
  /** The command: the words behind `mlops`, joined by spaces. */
  readonly path: string;
  readonly words: readonly Word[];
}

const SHELLS: Readonly<Record<string, (places: readonly Place[]) => string>> = { bash, zsh, fish };

/** Prints a script that completes every command and option, made from the commands themselves. */
export function completion(shell: string, program: Command): void {
  const script = Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined;
  if (script === undefined) {
    throw new PlatformError(
      'completion',
      `there is no completion for "${shell.slice(0, 40)}"`,
      `use one of: ${Object.keys(SHELLS).join(', ')}`,
    );
  }
  process.stdout.write(script(placesOf(program, [])));
}

function placesOf(command: Command, path: readonly string[]): Place[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command).filter(({ parent }) => parent === command);
  const options = help.visibleOptions(command);
  const words = [
    ...commands.map(one => ({ text: one.name(), meaning: one.description() })),
    ...options.map(({ long, short, description }) => ({ text: long ?? short!, meaning: description })),
  ];
  return [
    { path: path.join(' '), words },
    ...commands.filter(one => one.name() !== 'help').flatMap(one => placesOf(one, [...path, one.name()])),
  ];
}

/** A text that a shell takes as it is. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const listed = (words: readonly Word[]): string => words.map(({ text }) => text).join(' ');

/** Lines of the shell that find the command in the words so far: the longest sequence that is one. */
const findPath = (places: readonly Place[], words: string): string[] => [
  `  local path= next word`,
  `  for word in ${words}; do`,
  '    next="${path:+$path }$word"',
  '    case "$next" in',
  `      ${places
    .filter(({ path }) => path !== '')
    .map(({ path }) => quoted(path))
    .join('|')}) path="$next" ;;`,
  '    esac',
  '  done',
];

function bash(places: readonly Place[]): string {
  return lines(
    '# bash completion of mlops: source <(mlops completion bash)',
    '_mlops() {',
    ...findPath(places, '"${COMP_WORDS[@]:1:COMP_CWORD-1}"'),
    '  local words=',
    '  case "$path" in',
    ...places.map(({ path, words }) => `    ${quoted(path)}) words=${quoted(listed(words))} ;;`),
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))',
    '}',
    'complete -o default -F _mlops mlops',
  );
}

function zsh(places: readonly Place[]): string {
  const described = ({ text, meaning }: Word) => quoted(`${text.replaceAll(':', '\\:')}:${meaning}`);
  return lines(
    '#compdef mlops',
    '# zsh completion of mlops: source <(mlops completion zsh), after compinit',
    '_mlops() {',
    ...findPath(places, '"${(@)words[2,CURRENT-1]}"'),
    '  local -a candidates',
    '  case "$path" in',
    ...places.map(({ path, words }) => `    ${quoted(path)}) candidates=(${words.map(described).join(' ')}) ;;`),
    '  esac',
    "  _describe 'mlops' candidates || _files",
    '}',
    'compdef _mlops mlops',
  );
}

function fish(places: readonly Place[]): string {
  return lines(
    '# fish completion of mlops: mlops completion fish | source',
    'function __mlops_at',
    '  set -l path',
    '  for word in (commandline -opc)[2..-1]',
    '    set -l next (string join " " $path $word)',
    `    if contains -- "$next" ${places
      .filter(({ path }) => path !== '')
      .map(({ path }) => quoted(path))
      .join(' ')}`,
    '      set path $path $word',
    '    end',
    '  end',
    '  test (string join " " -- $path) = "$argv[1]"',
    'end',
    ...places.flatMap(({ path, words }) =>
      words.map(({ text, meaning }) => {
        const word = text.startsWith('--')
          ? `-l ${text.slice(2)}`
          : text.startsWith('-')
            ? `-s ${text.slice(1)}`
            : `-f -a ${text}`;
        return `complete -c mlops -n ${quoted(`__mlops_at ${quoted(path)}`)} ${word} -d ${quoted(meaning)}`;
      }),
    ),
  );
}

const lines = (...all: string[]): string => `${all.join('\n')}\n`;
