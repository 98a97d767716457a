/**
 * Pseudo-random numbers that are the same for the same seed on every machine and in every release: what `seed` and `load`
 * make can be made again. Not for secrets.
 */
import { createCipheriv, createHash } from 'node:crypto';

export type NonEmpty<T> = readonly [T, ...T[]];

export interface Random {
  /** At least 0, less than 1. */
  next(): number;
  /** A whole number, both ends included. */
  integer(lowest: number, highest: number): number;
  pick<T>(list: NonEmpty<T>): T;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** About the normal distribution with mean 0 and deviation 1. */
  normal(): number;
  /** A GUID in lower case. */
  guid(): string;
  /** Numbers of their own, independent of how many have been drawn here. */
  branch(label: string): Random;
}

/** Numbers for a seed, which may be any text. */
export function createRandom(seed: string): Random {
  const next = smallFastCounter(createHash('sha256').update(seed).digest());
  const integer = (lowest: number, highest: number): number => lowest + Math.floor(next() * (highest - lowest + 1));
  return {
    next,
    integer,
    pick: (list) => list[integer(0, list.length - 1)] ?? list[0],
    chance: (probability) => next() < probability,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    guid: () => guidFrom(() => integer(0, 15)),
    branch: (label) => createRandom(`${seed}/${label}`),
  };
}

/** Fills the buffer with bytes that belong to this seed: a cipher's key stream, far faster than one number at a time. */
export function fillWithRandomBytes(buffer: Uint8Array, seed: string): void {
  const key = createHash('sha256').update(seed).digest();
  const cipher = createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16, 32));
  buffer.fill(0);
  buffer.set(cipher.update(buffer));
}

/** The generator `sfc32` of Chris Doty-Humphrey's PractRand: 32 bits at a time from a state of 128. */
function smallFastCounter(state: Uint8Array): () => number {
  const words = new Uint32Array(state.slice(0, 16).buffer);
  let [a = 0, b = 0, c = 0, counter = 0] = words;
  return () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  };
}

function guidFrom(nibble: () => number): string {
  const digits = (length: number): string => Array.from({ length }, () => nibble().toString(16)).join('');
  return `${digits(8)}-${digits(4)}-4${digits(3)}-${(8 + (nibble() % 4)).toString(16)}${digits(3)}-${digits(12)}`;
}
