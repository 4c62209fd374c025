import type { Chunk } from '@/api/types';

export interface Topic {
  topic: string;
  asked: boolean; // It is a question already.
}

interface Source {
  title: string;
  chunks: Pick<Chunk, 'heading_path' | 'text'>[];
}

const isQuestion = (heading: string) => /[?？]$/.test(heading);
const isHan = (text: string) => /\p{Script=Han}/u.test(text);
const longest = 80;

/** "4. Maintenance" → "Maintenance", "第四條 定期維護" → "定期維護" */
const withoutNumber = (heading: string) =>
  heading.trim().replace(/^(第?[\d一二三四五六七八九十百]+(\.\d+)*([.、)）:：章節條]\s*|\s+)|[A-Z]\.\s+)/u, '').trim();

/** Questions that documents can be expected to answer: those they ask themselves, then what their headings are about. Those in the reader's script first. */
export function topicsOf(sources: Source[], language: string, most = 3): Topic[] {
  const found = new Map<string, Topic>();
  for (const { title, chunks } of sources) {
    const paths = chunks.map(({ heading_path }) => heading_path);
    const deepest = Math.max(0, ...paths.map((path) => path.length)); // Where there are headings below the title, the title says little.
    const headings = paths.filter((path) => path.length > Math.min(1, deepest - 1)).flatMap((path) => path.at(-1) ?? []);
    // Short sections share a chunk: their headings are lines of its text.
    const questions = chunks.flatMap(({ text }) => text.split('\n')).filter((line) => isQuestion(line.trim()));
    for (const heading of [...questions, ...(headings.length > 0 ? headings : [title])]) {
      const topic = withoutNumber(heading);
      if (topic && topic.length <= longest) found.set(topic, { topic, asked: isQuestion(topic) });
    }
  }
  const wantsHan = language.startsWith('zh');
  const rank = ({ topic, asked }: Topic) => (isHan(topic) === wantsHan ? 0 : 2) + (asked ? 0 : 1);
  return [...found.values()].sort((a, b) => rank(a) - rank(b)).slice(0, most);
}
