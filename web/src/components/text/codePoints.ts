/** Where the code points of a text stand in UTF-16, for spans of the API. Pages of large texts convert many spans. */
export class CodePoints {
  private readonly every = 1024;
  private readonly marks: number[] = []; // UTF-16 offset of every 1024th code point.
  readonly length: number; // In code points.

  constructor(private readonly text: string) {
    let points = 0;
    for (let i = 0; i < text.length; points++) {
      if (points % this.every === 0) this.marks.push(i);
      i += width(text, i);
    }
    this.length = points;
  }

  /** The UTF-16 offset of a code point; the end of the text for what lies beyond it. */
  offset(point: number): number {
    if (point >= this.length) return this.text.length;
    const mark = Math.floor(Math.max(0, point) / this.every);
    let at = this.marks[mark] ?? 0;
    for (let i = mark * this.every; i < point; i++) at += width(this.text, at);
    return at;
  }

  slice(start: number, end: number): string {
    return this.text.slice(this.offset(start), this.offset(end));
  }
}

function width(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  const next = at + 1 < text.length ? text.charCodeAt(at + 1) : 0;
  return unit >= 0xd800 && unit < 0xdc00 && next >= 0xdc00 && next < 0xe000 ? 2 : 1;
}
