/** Longest text of somebody else that is shown. */
const LONGEST = 200;

/**
 * Somebody else's text as one line that a terminal, a log and a commit message show as it is: what would steer a
 * terminal, hide or turn letters round, or end a line, becomes "�".
 */
export function plainText(text: string, longest = LONGEST): string {
  const shown = text.slice(0, longest).replace(/[^\P{C}]|[\p{Zl}\p{Zp}]/gu, '�');
  return text.length > longest ? `${shown}…` : shown;
}

/** The same for what may hold a URL: it loses its user and password, and its query, which may hold a token. */
export const withoutCredentials = (text: string): string =>
  text
    .replace(/([a-z][a-z0-9+.-]*:\/\/)?[^"\s]*@/gi, (all: string, scheme: string | undefined) =>
      scheme === undefined && !all.includes(':') ? all : (scheme ?? ''),
    )
    .replace(/(:\/\/[^"\s?#]*)[?#][^"\s]*/g, '$1');
