/** Breaking text at blanks. */

/** Lines of at most `width` columns; a word that is longer stands alone. `indent` goes before every line. */
export function wrap(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && indent.length + line.length + 1 + word.length > width) {
        lines.push(indent + line);
        line = word;
      } else line = line === '' ? word : `${line} ${word}`;
    }
    lines.push(indent + line);
  }
  return lines;
}

/** A label, then text that hangs beside it. */
export function hang(label: string, labelWidth: number, text: string, width: number): string[] {
  const lines = wrap(text, width, ' '.repeat(labelWidth));
  const first = (lines[0] ?? '').slice(labelWidth);
  if (label.length > labelWidth) return [label.trimEnd(), ...lines];
  return [`${label.padEnd(labelWidth)}${first}`, ...lines.slice(1)];
}
