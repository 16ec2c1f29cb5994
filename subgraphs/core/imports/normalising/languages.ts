import { cleanText, folded } from './clean-text';

/** Languages that are known by name as well, in each of these languages and in their own. */
const BY_NAME = 'en fr es pt ar ne hi bn ur sw nl uk ru de it tr id so am ti om fa ps my km vi zh th lo ta te ml si rw rn ln lg ha yo ig zu xh sn ny mg ht ku ckb hy ka az kk ky tg uz tk pl ro hu bg sr hr sq el he ja ko ms tl mn dz mai bho new'.split(' ');
const NAMED_IN = ['en', 'fr', 'es', 'pt', 'ar', 'ne', 'sw', 'nl', 'uk', 'ru', 'bn', 'hi', 'de'];

let names: Map<string, string> | undefined;
const english = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });

/** The BCP 47 tag of a language that is written as a tag ("en_US", "NE", "swa") or by name ("Français", "Kiswahili"); null when it is not known. */
export function languageTag(text: string): string | null {
  const written = cleanText(text);
  return fromTag(written.replace(/_/g, '-')) ?? (names ??= namesOfLanguages()).get(folded(written)) ?? null;
}

function fromTag(text: string): string | null {
  if (!/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(text)) return null;
  try {
    const [tag = ''] = Intl.getCanonicalLocales(text);
    return english.of(tag.split('-')[0] ?? '') === undefined ? null : tag;
  } catch {
    return null;
  }
}

function namesOfLanguages(): Map<string, string> {
  const found = new Map<string, string>();
  for (const reader of [...NAMED_IN, ...BY_NAME]) {
    const display = new Intl.DisplayNames([reader], { type: 'language', fallback: 'none' });
    for (const language of NAMED_IN.includes(reader) ? BY_NAME : [reader]) {
      const name = folded(display.of(language) ?? '');
      if (name && !found.has(name)) found.set(name, language);
    }
  }
  return found;
}
