import type { Chunk } from '@/api/types';

const isQuestion = (heading: string) => /[?？]$/.test(heading.trim());
const longest = 80;

/** Questions that a document can be expected to answer: those it asks itself, then what its headings are about. */
export function topicsOf(chunks: Pick<Chunk, 'heading_path'>[], title: string, most = 3): { topic: string; asked: boolean }[] {
  const headings = new Set<string>();
  for (const { heading_path } of chunks) {
    const deepest = heading_path.at(-1)?.trim();
    if (deepest && deepest.length <= longest && deepest !== title) headings.add(deepest);
  }
  const found = [...headings];
  const topics = [...found.filter(isQuestion), ...found.filter((heading) => !isQuestion(heading))];
  if (topics.length === 0) topics.push(title);
  return topics.slice(0, most).map((topic) => ({ topic, asked: isQuestion(topic) }));
}
