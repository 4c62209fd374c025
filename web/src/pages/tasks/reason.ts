/** Why a task does not move, or what it does just now, as the server says it in English, taken apart. */
export type Reason =
  | { key: 'worker' | 'others' | 'searching' | 'writing'; stalled: boolean }
  | { key: 'behind' | 'behindMany'; count: number; stalled: boolean }
  | { key: 'attempt'; time: string; attempt: number; most: number; error: string; stalled: boolean }
  | { key: 'noWorker'; error: string; stalled: boolean }
  | { key: 'lost'; node: string; time: string; stalled: boolean }
  | { key: null; text: string; stalled: boolean };

const whole: Record<string, 'worker' | 'others' | 'searching' | 'writing'> = {
  'waits for a free worker': 'worker',
  'waits behind other tasks': 'others',
  searching: 'searching',
  'writing the answer': 'writing',
};

export function reasonOf(text: string): Reason {
  const key = whole[text];
  if (key) return { key, stalled: false };
  const behind = /^waits behind (more than )?(\d+) tasks?$/.exec(text);
  if (behind) return { key: behind[1] ? 'behindMany' : 'behind', count: Number(behind[2]), stalled: false };
  const attempt = /^waits until (\S+) for attempt (\d+) of (\d+)(?:; the last error was: (.*))?$/s.exec(text);
  if (attempt) {
    const [, time = '', number, most, error = ''] = attempt;
    return { key: 'attempt', time, attempt: Number(number), most: Number(most), error, stalled: false };
  }
  const idle = /^no worker is running, which is tried again: (.*)$/s.exec(text);
  if (idle) return { key: 'noWorker', error: idle[1] ?? '', stalled: true };
  const lost = /^its worker \((.+)\) has not been heard of since before (\S+): another one takes over$/.exec(text);
  if (lost) return { key: 'lost', node: lost[1] ?? '', time: lost[2] ?? '', stalled: true };
  return { key: null, text, stalled: false };
}
