/**
 * Reads the YAML that nearly every line of a topology is written in, several times as fast as the library: block maps and
 * sequences, plain and simply quoted scalars on one line, flow collections on one line, anchors and aliases, comments.
 *
 * It understands a text as the library does, or not at all: whatever is not plainly of that kind makes it give up, and the
 * library reads the text instead. So it reports no errors: a text with one is never plain.
 */
import type { AliasNode, Anchorage, Entry, MapNode, ScalarNode, ScalarValue, SequenceNode, TreeNode } from './nodes.ts';

export interface PlainText {
  readonly root: TreeNode;
  readonly hasAnchors: boolean;
  readonly hasAliases: boolean;
}

/** What the text of a segment holds; undefined for the library to find out. */
export function parsePlainYaml(segment: Anchorage): PlainText | undefined {
  const reader = new Reader(segment);
  const root = reader.read();
  return root === undefined ? undefined : { root, hasAnchors: reader.hasAnchors, hasAliases: reader.hasAliases };
}

/** Deeper than topologies go; what is nested deeper than is allowed is for the library to refuse. */
const deepest = 12;

const space = 0x20;
const hash = 0x23;
const dash = 0x2d;

const keyPattern = /([A-Za-z_][\w.-]{0,200}):(?=[ \r\n]|$)/y;
const anchorPattern = /&([\w-]+)(?=[ \r\n]|$)/y;
const aliasPattern = /\*([\w-]+)/y;
const quotedPattern = /"([^"\\\r\n]*)"|'([^'\r\n]*)'(?!')/y;
const blockPlainPattern = /[A-Za-z0-9_\\][\w.\\/$@()+, :-]*/y;
const flowPlainPattern = /[A-Za-z0-9_\\][\w.\\/$@()+ :-]*/y;

/** The content of a line that is neither blank nor a comment. */
interface Line {
  /** Column of its first character. */
  readonly column: number;
  readonly start: number;
  /** Before spaces at the end and the line end. */
  readonly end: number;
}

class Reader {
  hasAnchors = false;
  hasAliases = false;
  readonly #segment: Anchorage;
  readonly #text: string;
  #next = 0;
  #line: Line | undefined;
  #failed = false;

  constructor(segment: Anchorage) {
    this.#segment = segment;
    this.#text = segment.text;
  }

  read(): TreeNode | undefined {
    this.#advance();
    if (this.#line === undefined) return undefined;
    const root = this.#block(this.#line.column, 0);
    return this.#failed || this.#line !== undefined ? undefined : root;
  }

  #fail(): undefined {
    this.#failed = true;
    return undefined;
  }

  /** Goes to the next line with content. */
  #advance(): void {
    const text = this.#text;
    this.#line = undefined;
    while (this.#next < text.length) {
      const lineStart = this.#next;
      const newline = text.indexOf('\n', lineStart);
      let end = newline === -1 ? text.length : newline;
      this.#next = newline === -1 ? text.length : newline + 1;
      if (text.charCodeAt(end - 1) === 0x0d && end > lineStart && newline !== -1) end -= 1;
      while (end > lineStart && text.charCodeAt(end - 1) === space) end -= 1;
      let start = lineStart;
      while (start < end && text.charCodeAt(start) === space) start += 1;
      if (start === end || text.charCodeAt(start) === hash) continue;
      this.#line = { column: start - lineStart, start, end };
      return;
    }
  }

  #block(column: number, depth: number): TreeNode | undefined {
    const line = this.#line;
    if (line === undefined || depth > deepest) return this.#fail();
    return this.#isItem(line) ? this.#sequence(column, depth) : this.#map(column, depth);
  }

  #isItem({ start }: Line): boolean {
    return this.#text.charCodeAt(start) === dash && this.#text.charCodeAt(start + 1) === space;
  }

  #map(column: number, depth: number): MapNode | undefined {
    const start = this.#line?.start ?? 0;
    const entries: Entry[] = [];
    for (let line = this.#line; line !== undefined && line.column >= column; line = this.#line) {
      const entry = line.column === column ? this.#entry(line, depth) : undefined;
      if (entry === undefined) return this.#fail();
      entries.push(entry);
    }
    const end = entries.at(-1)?.value.end ?? start;
    return { kind: 'map', entries, flow: false, segment: this.#segment, start, end };
  }

  #entry(line: Line, depth: number): Entry | undefined {
    const name = this.#match(keyPattern, line.start)?.[1];
    if (name === undefined || isWord(name)) return this.#fail();
    const { start } = line;
    const end = start + name.length;
    const key: ScalarNode = { kind: 'scalar', value: name, style: 'plain', segment: this.#segment, start, end };
    const value = this.#value(end + 1, line, line.column, depth, true);
    return value === undefined ? undefined : { name, key, value };
  }

  #sequence(column: number, depth: number): SequenceNode | undefined {
    const start = this.#line?.start ?? 0;
    const items: TreeNode[] = [];
    for (let line = this.#line; line !== undefined && line.column >= column; line = this.#line) {
      if (line.column > column || !this.#isItem(line)) {
        // A key behind a sequence that stands in the column of its own key.
        if (line.column === column && depth > 0) break;
        return this.#fail();
      }
      const item = this.#item(line, depth);
      if (item === undefined) return this.#fail();
      items.push(item);
    }
    const end = items.at(-1)?.end ?? start;
    return { kind: 'sequence', items, flow: false, segment: this.#segment, start, end };
  }

  #item(line: Line, depth: number): TreeNode | undefined {
    const start = this.#skipSpaces(line.start + 1);
    if (this.#match(keyPattern, start) === null) return this.#value(start, line, line.column, depth, false);
    const column = line.column + start - line.start;
    this.#line = { column, start, end: line.end };
    return depth > deepest ? this.#fail() : this.#map(column, depth + 1);
  }

  /** What stands behind a colon or a dash, on its line or below it. */
  #value(from: number, line: Line, column: number, depth: number, ofKey: boolean): TreeNode | undefined {
    let at = this.#skipSpaces(from);
    const anchor = this.#match(anchorPattern, at)?.[1];
    if (anchor !== undefined) {
      this.hasAnchors = true;
      at = this.#skipSpaces(at + 1 + anchor.length);
    }
    const isBelow = this.#isEnd(at, line.end);
    const value = isBelow ? this.#below(column, depth, ofKey, anchor) : this.#inline(at, line, column, depth);
    if (value === undefined || anchor === undefined) return value;
    return value.kind === 'alias' ? this.#fail() : { ...value, anchor };
  }

  #below(column: number, depth: number, ofKey: boolean, anchor: string | undefined): TreeNode | undefined {
    this.#advance();
    const line = this.#line;
    if (line === undefined || !ofKey) return this.#fail();
    if (line.column > column) return this.#block(line.column, depth + 1);
    const isList = line.column === column && this.#isItem(line) && anchor === undefined;
    return isList ? this.#sequence(column, depth + 1) : this.#fail();
  }

  /** A value on its line, behind which nothing may follow, and no line that is indented as if it went on. */
  #inline(at: number, line: Line, column: number, depth: number): TreeNode | undefined {
    const value = this.#scalarOrFlow(at, blockPlainPattern, depth);
    if (value === undefined || !this.#isEnd(value.end, line.end)) return this.#fail();
    this.#advance();
    return this.#line !== undefined && this.#line.column > column ? this.#fail() : value;
  }

  #scalarOrFlow(at: number, plainPattern: RegExp, depth: number): TreeNode | undefined {
    switch (this.#text[at]) {
      case '[':
        return this.#flowSequence(at, depth + 1);
      case '{':
        return this.#flowMap(at, depth + 1);
      case '*':
        return this.#alias(at);
      case '"':
      case "'":
        return this.#quoted(at);
      default:
        return this.#plain(at, plainPattern);
    }
  }

  #alias(start: number): AliasNode | undefined {
    const name = this.#match(aliasPattern, start)?.[1];
    if (name === undefined) return this.#fail();
    this.hasAliases = true;
    return { kind: 'alias', name, segment: this.#segment, start, end: start + 1 + name.length };
  }

  #quoted(start: number): ScalarNode | undefined {
    const found = this.#match(quotedPattern, start);
    if (found === null) return this.#fail();
    const value = found[1] ?? found[2] ?? '';
    return { kind: 'scalar', value, style: 'quoted', segment: this.#segment, start, end: start + found[0].length };
  }

  #plain(start: number, pattern: RegExp): ScalarNode | undefined {
    const written = this.#match(pattern, start)?.[0].trimEnd() ?? '';
    const value = plainValue(written);
    if (value === undefined) return this.#fail();
    return { kind: 'scalar', value, style: 'plain', segment: this.#segment, start, end: start + written.length };
  }

  #flowSequence(start: number, depth: number): SequenceNode | undefined {
    const items: TreeNode[] = [];
    const end = this.#flowItems(start, ']', depth, (at) => {
      const item = this.#scalarOrFlow(at, flowPlainPattern, depth);
      if (item !== undefined) items.push(item);
      return item?.end;
    });
    return end === undefined ? undefined : { kind: 'sequence', items, flow: true, segment: this.#segment, start, end };
  }

  #flowMap(start: number, depth: number): MapNode | undefined {
    const entries: Entry[] = [];
    const end = this.#flowItems(start, '}', depth, (at) => {
      const entry = this.#flowEntry(at, depth);
      if (entry !== undefined) entries.push(entry);
      return entry?.value.end;
    });
    return end === undefined ? undefined : { kind: 'map', entries, flow: true, segment: this.#segment, start, end };
  }

  #flowEntry(start: number, depth: number): Entry | undefined {
    const name = this.#match(keyPattern, start)?.[1];
    if (name === undefined || isWord(name)) return this.#fail();
    const end = start + name.length;
    const key: ScalarNode = { kind: 'scalar', value: name, style: 'plain', segment: this.#segment, start, end };
    const value = this.#scalarOrFlow(this.#skipSpaces(end + 1), flowPlainPattern, depth);
    return value === undefined ? undefined : { name, key, value };
  }

  /** Reads items up to the closing bracket on the same line; the end behind it. */
  #flowItems(
    start: number,
    close: string,
    depth: number,
    item: (at: number) => number | undefined,
  ): number | undefined {
    if (depth > deepest) return this.#fail();
    let at = this.#skipSpaces(start + 1);
    if (this.#text[at] === close) return at + 1;
    for (;;) {
      const end = item(at);
      if (end === undefined) return this.#fail();
      at = this.#skipSpaces(end);
      if (this.#text[at] === close) return at + 1;
      if (this.#text[at] !== ',' || this.#text[at + 1] !== ' ') return this.#fail();
      at = this.#skipSpaces(at + 1);
    }
  }

  /** Whether a line holds nothing more, or a comment. */
  #isEnd(at: number, end: number): boolean {
    if (at >= end) return true;
    const behind = this.#skipSpaces(at);
    return this.#text.charCodeAt(behind) === hash && this.#text.charCodeAt(behind - 1) === space;
  }

  #skipSpaces(from: number): number {
    let at = from;
    while (this.#text.charCodeAt(at) === space) at += 1;
    return at;
  }

  #match(pattern: RegExp, at: number): RegExpExecArray | null {
    pattern.lastIndex = at;
    return pattern.exec(this.#text);
  }
}

/** Words that mean something else than text when they are not quoted. */
function isWord(text: string): boolean {
  return /^(?:null|true|false)$/i.test(text);
}

/** The value of a plain scalar; undefined where it is not plain what it is. */
function plainValue(written: string): ScalarValue | undefined {
  if (written === '' || isWord(written) || /:(?: |$)/.test(written)) return undefined;
  if (!/^\d/.test(written)) return written;
  if (/^(?:0|[1-9]\d{0,14})$/.test(written)) return Number(written);
  return /^(?:\d+(?::\d+)+|\d{4}-\d\d-\d\d)$/.test(written) ? written : undefined;
}
