import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Translate } from '../src/i18n';
import { en } from '../src/i18n/en';
import { makeFormat } from '../src/i18n/format';
import { translated } from '../src/i18n/server';
import { fill } from '../src/i18n/text';
import { zhHant } from '../src/i18n/zh-Hant';

function* messages(tree: object, path = ''): Generator<[string, string | Record<string, string>]> {
  for (const [key, value] of Object.entries(tree) as [string, string | Record<string, string> | object][]) {
    const at = path ? `${path}.${key}` : key;
    if (typeof value === 'string' || 'other' in value) yield [at, value as string | Record<string, string>];
    else yield* messages(value, at);
  }
}

const values = (message: string | Record<string, string>) =>
  [...new Set((typeof message === 'string' ? message : (message['other'] ?? '')).match(/\{\w+\}/g))].sort();

describe('catalogues', () => {
  const chinese = new Map(messages(zhHant));
  it.each([...messages(en)])('%s names the same values in both languages', (path, message) => {
    const [own, english] = [values(chinese.get(path) ?? ''), values(message)];
    if (path.startsWith('server.')) expect(english).toEqual(expect.arrayContaining(own)); // Advice in commands may be left out.
    else expect(own).toEqual(english);
  });

  it('hold nothing that the other lacks', () => {
    expect([...chinese.keys()].sort()).toEqual([...new Map(messages(en)).keys()].sort());
  });
});

describe('a message', () => {
  const tree = { found: { one: '{count} file of {name}', other: '{count} files of {name}' }, plain: 'Hi {name}' };
  it('follows the plural of its language', () => {
    expect(fill(tree, 'found', { count: 1, name: 'Ada' }, 'en')).toBe('1 file of Ada');
    expect(fill(tree, 'found', { count: 1234, name: 'Ada' }, 'en')).toBe('1,234 files of Ada');
    expect(fill(tree, 'found', { count: 1, name: 'Ada' }, 'zh-Hant')).toBe('1 files of Ada');
  });

  it('takes braces in a value as they are', () => {
    expect(fill(tree, 'plain', { name: '{count} $& <b>' }, 'en')).toBe('Hi {count} $& <b>');
  });
});

describe('figures', () => {
  const formatOf = (language: 'en' | 'zh-Hant') => makeFormat(language, (count) => fill(language === 'en' ? en : zhHant, 'common.bytes', { count }, language));
  it('carry their unit, in the language', () => {
    const english = formatOf('en');
    expect(english.bytes(0)).toBe('0 bytes');
    expect(english.bytes(1_536_000)).toBe('1.5\u00a0MB');
    expect(formatOf('zh-Hant').bytes(74)).toBe('74 位元組');
    expect(english.exact(1, 3)).toBe('1.000');
    expect(english.duration(3.26)).toBe('3.3\u00a0ms');
    expect(english.duration(72_000)).toBe('1.2\u00a0min');
    expect(english.percent(0.5)).toBe('50%');
    expect(formatOf('zh-Hant').duration(72_000)).toBe('1.2\u00a0分鐘');
  });

  it('say how long ago something was', () => {
    const now = Date.parse('2026-11-21T12:00:00Z');
    expect(formatOf('en').since('2026-11-21T11:57:00Z', now)).toBe('3 minutes ago');
    expect(formatOf('zh-Hant').since('2026-11-20T12:00:00Z', now)).toBe('昨天');
    expect(formatOf('en').since('2026-11-21T12:00:00Z', now)).toBe('now');
  });
});

describe('sentences of the server', () => {
  const folder = join(import.meta.dirname, '../../src');
  const said = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(cpp|h)$/.test(name))
    .map((name) => [...readFileSync(join(folder, name), 'utf8').matchAll(/"((?:[^"\\\n]|\\.)*)"/g)].map(([, literal = '']) => literal.replace(/\\(.)/g, '$1')).join(''));

  it.each(Object.entries(en.server))('%s is one that it says', (_name, sentence) => {
    const parts = sentence.split(/\{\w+\}/).filter((part) => part.trim().length > 2);
    expect(said.some((file) => parts.every((part) => file.includes(part)))).toBe(true);
  });

  const t = ((key: string, values: Record<string, string>) => fill(zhHant, key, values, 'zh-Hant')) as Translate;
  it('are told in the language of the reader, those within them too', () => {
    expect(translated("there is no user 'ada'", t, 'zh-Hant')).toBe('沒有名為「ada」的使用者。');
    expect(translated('the model x cannot answer: it ended in the middle of its answer; try again', t, 'zh-Hant')).toBe('模型 x 無法回答：回答中斷，請再試一次');
    expect(translated('the evidence does not have "$& {word}"', t, 'zh-Hant')).toBe('引文中沒有「$& {word}」');
  });

  it('that nobody has translated stay what they are', () => {
    expect(translated('something else', t, 'zh-Hant')).toBe(null);
    expect(translated('something else', t, 'en')).toBe('something else');
  });
});
