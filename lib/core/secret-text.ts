const NAME =
  /(^CONNECTION|(^|_)(PASSWORD|PASSWD|PASSPHRASE|SECRET|SECRET_?KEY|ACCESS_?KEY|API_?KEY|PRIVATE_?KEY|CONNECTION_?STRING)S?)$/;
/** Of a tokenizer's tokens and of numbers of tokens nothing has to be kept secret. */
const TOKEN = /(^|_)(?<!(PAD|BOS|EOS|SEP|CLS|UNK|MASK|STOP)_)TOKEN$/;
/** A setting in a text: its name, and in a lookahead, since several may stand on a line, its value. */
const SETTING = /["']?([A-Za-z][\w.-]*)["']?[ \t]*[=:][ \t]*(?=(\S+))/g;
const LOGIN = /:\/\/[^:/@\s]*:(?!\S*(?:\{\{|\$\())[^@\s]+@/;
/** What is filled in later: by a template, or by Kubernetes. */
const PLACEHOLDER = /\{\{|\$\(/;

/**
 * Whether the value of a variable, a setting or a flag of this name is a secret itself, and not the place of one.
 * `DB_PASSWORD`, `clientSecret` and `--api-key` are; `DB_PASSWORD_FILE` and a tokenizer's `PAD_TOKEN` are not.
 */
export function namesSecret(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();
  return NAME.test(words) || TOKEN.test(words);
}

/** Whether a text holds a URL with a password, such as `amqp://user:password@queue`. */
export function holdsLogin(text: string): boolean {
  return LOGIN.test(text);
}

/** The first line, from 1, that holds a password in a URL or sets something secret to what is no placeholder. */
export function secretLine(text: string): number | undefined {
  const index = text.split('\n').findIndex(line => holdsLogin(line) || setsSecret(line));
  return index < 0 ? undefined : index + 1;
}

/** The first of a program's arguments that holds a secret or is followed by one; undefined if none is. */
export function secretArgument(args: readonly string[]): string | undefined {
  return args.find((arg, index) => {
    const next = args[index + 1];
    const isFollowed = /^--?[\w-]+$/.test(arg) && namesSecret(arg) && next !== undefined && !/^-|\$\(/.test(next);
    return isFollowed || secretLine(arg) !== undefined;
  });
}

function setsSecret(line: string): boolean {
  return [...line.matchAll(SETTING)].some(([, name, value]) => namesSecret(name!) && !PLACEHOLDER.test(value!));
}
