const MAX = 150;
const ENDING = /\.[A-Za-z0-9]{1,8}$/;
// Separators, what file systems reserve, controls, and marks that turn the direction of text ("gpj.exe" read backwards).
const REFUSED = /[\p{Cc}\p{Cf}\p{Cs}<>:"|?*]/gu;

/** A name for people to know a file by and to save it under: no path, no tricks, at most 150 characters with its ending kept. "file" when nothing is left. */
export function safeFilename(name: string): string {
  const last = name.normalize('NFC').split(/[\\/]/).at(-1) ?? '';
  const clean = last.replace(REFUSED, '').replace(/\s+/g, ' ').replace(/^[\s.]+|[\s.]+$/g, '');
  const ending = ENDING.exec(clean)?.[0] ?? '';
  const stem = [...clean.slice(0, clean.length - ending.length)].slice(0, MAX - ending.length).join('');
  return stem + ending || 'file';
}

/** Instead of the name of a personal file, which often is that of a person ("Amina passport.jpg"): what it is for, and its ending. */
export function impersonalFilename(filename: string, kind: string): string {
  return kind + (ENDING.exec(filename)?.[0] ?? '');
}

/** `Content-Disposition` that saves and never shows (RFC 6266), with the name in both of its forms (RFC 8187). */
export function attachment(filename: string): string {
  const plain = filename.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(filename).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
