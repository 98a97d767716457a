/** Which files the conferences of a pool get: names, sizes and times, without writing any. */
import { metadataFolder } from '../names.ts';
import type { NonEmpty, Random } from '../random.ts';
import { type Conference, seededDay } from './conferences.ts';
import { topics } from './words.ts';

export interface PlannedFile {
  /** Relative to the pool's share, with `/`. */
  readonly path: string;
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
  /** Given for small texts; other files hold bytes of their own, as packed documents do. */
  readonly text?: string;
}

/** Exactly `count` content files of exactly `bytes` together, over the conferences, with awkward names among them. */
export function contentFilesOf(
  conferences: NonEmpty<Conference>,
  count: number,
  bytes: number,
  random: Random,
): readonly PlannedFile[] {
  const sizes = sizesOf(count, bytes, random.branch('sizes'));
  const numbers = random.branch('names');
  return sizes.map((size, index) => ({
    path: `${numbers.pick(conferences).contentFolder}/${fileName(index, size, numbers)}`,
    size,
    modifiedAt: seededDay - numbers.integer(0, 180 * 86_400_000),
  }));
}

/** What a meeting keeps about itself: `CollabMetadata/{GUID}/<conference>/Meeting.Active` (domain A.8). */
export function meetingFilesOf(conferences: readonly Conference[]): readonly PlannedFile[] {
  return conferences.map((conference) => {
    const text = meetingActive(conference);
    return {
      path: `${metadataFolder}/{${conference.organizer.guid.toUpperCase()}}/${conference.id}/Meeting.Active`,
      size: Buffer.byteLength(text),
      modifiedAt: Date.parse(conference.startsAt),
      text,
    };
  });
}

/** The largest file takes this part of all bytes, up to a size that takes a while to copy. */
const largestPart = 0.1;
const largestLimit = 64 * 1024 * 1024;
const emptyFiles = 0.02;

/** Many small, few large, some empty, one that is much larger than the others. */
function sizesOf(count: number, bytes: number, random: Random): readonly number[] {
  if (count === 0) return [];
  const largest = count === 1 ? bytes : Math.min(Math.floor(bytes * largestPart), largestLimit);
  const weights = Array.from({ length: count - 1 }, () =>
    random.chance(emptyFiles) ? 0 : Math.exp(random.normal() * 1.6),
  );
  const weight = weights.reduce((sum, value) => sum + value, 0);
  if (weight === 0) return [bytes, ...weights];
  let cumulated = 0;
  let given = 0;
  const others = weights.map((value) => {
    cumulated += value;
    const until = Math.round((cumulated / weight) * (bytes - largest));
    const size = until - given;
    given = until;
    return size;
  });
  return [largest, ...others];
}

const fileKinds: NonEmpty<(topic: string, number: number) => string> = [
  (topic, number) => `presentations/${topic} ${number}.pptx`,
  (topic, number) => `presentations/${topic} ${number}.pptx`,
  (_topic, number) => `presentations/${number}/slides/Slide ${(number % 40) + 1}.png`,
  (topic, number) => `attachments/${topic} – handout (${number}).pdf`,
  (topic, number) => `attachments/${topic.replaceAll(' ', '_')}_${number}.docx`,
  (_topic, number) => `polls/Poll ${number}.json`,
  (_topic, number) => `whiteboards/Whiteboard ${number}.whb`,
];

/** Numbered, so unique; with marked letters composed in some names and decomposed in others, as clients send them. */
function fileName(index: number, size: number, random: Random): string {
  if (index === 0 && size > 0) return 'presentations/Recording of the all-hands meeting.wmv';
  const name = random.pick(fileKinds)(random.pick(topics), index + 1);
  return name.normalize(random.chance(0.5) ? 'NFC' : 'NFD');
}

function meetingActive(conference: Conference): string {
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<Meeting id="${conference.id}" organizer="${conference.organizer.sipAddress}">`,
    `  <Subject>${conference.subject}</Subject>`,
    `  <Start>${conference.startsAt}</Start>`,
    `  <End>${conference.endsAt}</End>`,
    '</Meeting>',
    '',
  ].join('\n');
}
