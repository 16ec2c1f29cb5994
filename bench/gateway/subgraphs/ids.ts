// An id is the number of a thing, and a tag that the client chose: `7~t000123`. Every thing hands its tag on to those it refers to.

const BETWEEN = '~';

export interface Id {
  number: number;
  tag: string;
}

export function idText({ number, tag }: Id): string {
  return `${number}${BETWEEN}${tag}`;
}

/** @throws Error for what {@link idText} cannot have written. */
export function readId(text: unknown): Id {
  const [number = '', tag] = String(text).split(BETWEEN);
  if (tag === undefined || !/^\d+$/.test(number)) throw new Error(`No such id: ${String(text)}`);
  return { number: Number(number), tag };
}
