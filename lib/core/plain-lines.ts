/**
 * Text that may hold somebody else's, as a terminal and a log show it: what would steer a terminal, hide or turn letters
 * round becomes "�". Line ends and tabs stay.
 */
export const plainLines = (text: string): string => text.replace(/(?!\n|\t|\r\n)(?:[^\P{C}]|[\p{Zl}\p{Zp}])/gu, '�');
