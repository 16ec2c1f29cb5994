/** What one part of a run found, in Markdown: a heading, what was measured and how, tables, what they say. */
export interface Report {
  title: string;
  /** Paragraphs and tables, separated by empty lines when printed. */
  blocks: readonly string[];
}

export function render({ title, blocks }: Report): string {
  return [`## ${title}`, ...blocks].join('\n\n');
}
