const DECIMAL = /^(\d{1,4})(?:\.(\d{1,2}))?$/;

/** How many times what others get, as people write it ("1.5"), in hundredths; null for what is no number from 0.01 to 9999.99. */
export function hundredthsOf(text: string): number | null {
  const [, whole, part = ''] = DECIMAL.exec(text) ?? [];
  const hundredths = whole === undefined ? 0 : Number(whole) * 100 + Number(part.padEnd(2, '0'));
  return hundredths > 0 ? hundredths : null;
}

/** Hundredths as people write them: 150 is "1.5". */
export function multiplierText(hundredths: number): string {
  return String(hundredths / 100);
}
