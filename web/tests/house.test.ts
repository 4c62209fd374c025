import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';
import { describe, expect, it } from 'vitest';
import { en } from '../src/i18n/en';

const root = join(import.meta.dirname, '../src');
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));

interface Node {
  type: string;
  start: number;
  [key: string]: unknown;
}

function* nodes(value: unknown, parents: Node[] = []): Generator<[Node, Node[]]> {
  if (Array.isArray(value)) for (const item of value) yield* nodes(item, parents);
  else if (value && typeof value === 'object' && typeof (value as Node).type === 'string') {
    const node = value as Node;
    yield [node, parents];
    for (const child of Object.values(node)) yield* nodes(child, [...parents, node]);
  }
}

// What people read or hear. Others, such as className and type, are for the browser.
const spoken = new Set(['aria-label', 'aria-description', 'aria-roledescription', 'aria-valuetext', 'title', 'alt', 'placeholder', 'label', 'hint', 'text', 'error', 'action']);
// What may stand between a text and the element that shows it.
const between = new Set(['JSXExpressionContainer', 'ConditionalExpression', 'LogicalExpression', 'ParenthesizedExpression']);
const letters = /\p{L}/u;

/** Texts in JSX that do not come from a catalogue. */
function strayTexts(name: string, code: string): string[] {
  const found: string[] = [];
  const line = (node: Node) => code.slice(0, node.start).split('\n').length;
  for (const [node, parents] of nodes(parseSync(name, code).program)) {
    if (node.type === 'JSXText' && letters.test(String(node['value']))) found.push(`${name}:${line(node)} ${String(node['value']).trim()}`);
    if (node.type !== 'Literal' || typeof node['value'] !== 'string' || !letters.test(node['value'])) continue;
    const holder = parents.findLast((above) => !between.has(above.type));
    const attribute = holder?.type === 'JSXAttribute' ? String((holder['name'] as Node)['name']) : '';
    if (holder?.type === 'JSXElement' || holder?.type === 'JSXFragment' || spoken.has(attribute)) found.push(`${name}:${line(node)} ${node['value']}`);
  }
  return found;
}

describe('texts', () => {
  it('come from the catalogues, all of them', () => {
    const stray = sources.filter((name) => name.endsWith('.tsx')).flatMap((name) => strayTexts(name, readFileSync(join(root, name), 'utf8')));
    expect(stray).toEqual([]);
  });

  it('outside of the catalogues are found', () => {
    expect(strayTexts('a.tsx', '<p>Hello</p>')).toHaveLength(1);
    expect(strayTexts('a.tsx', '<p title="Hello" />')).toHaveLength(1);
    expect(strayTexts('a.tsx', "<p>{x && (y ? 'Hello' : null)}</p>")).toHaveLength(1);
    expect(strayTexts('a.tsx', "<p>{x === 'failed' && t('a')}</p>")).toHaveLength(0);
    expect(strayTexts('a.tsx', '<p className="a" id="b">{t("nav.ask")} · 3</p>')).toHaveLength(0);
  });
});

describe('entries of the catalogues', () => {
  const code = sources.filter((name) => !/^i18n.(en|zh-Hant)/.test(name)).map((name) => readFileSync(join(root, name), 'utf8')).join('\n');
  // t(`documents.status.${status}`) asks for all that begin so.
  const begun = [...code.matchAll(/`([\w.]+\.)\$\{/g)].map(([, prefix = '']) => prefix);
  const keys = (tree: object, path = ''): string[] =>
    Object.entries(tree).flatMap(([key, value]) => (typeof value === 'string' || 'other' in value ? [path + key] : keys(value as object, `${path}${key}.`)));

  it('are all asked for', () => {
    const isAsked = (key: string) => code.includes(`'${key}'`) || begun.some((prefix) => key.startsWith(prefix) && !key.slice(prefix.length).includes('.'));
    expect(keys(en).filter((key) => !key.startsWith('server.') && !isAsked(key))).toEqual([]);
  });
});

describe('text from documents, file names and models', () => {
  // Whatever turns text into markup, code or an address of code.
  const risky = /dangerouslySetInnerHTML|\.innerHTML\b|\.outerHTML\b|insertAdjacentHTML|document\.write|\beval\(|new Function\(|createContextualFragment|javascript:|srcdoc/i;

  it.each(sources)('%s makes no markup of it', (name) => {
    expect(readFileSync(join(root, name), 'utf8')).not.toMatch(risky);
  });
});
