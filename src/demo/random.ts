/** A seeded source of randomness: the same seed gives the same sequence on every machine (integer arithmetic only). */
export class Rng {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /**
   * @param seed any numbers and words; different words give unrelated sequences, so one part can change without moving the others.
   * The state is 96 bits and a counter wide: with 32, two of tens of thousands of streams started alike and made the same ids.
   */
  constructor(...seed: readonly (number | string)[]) {
    const text = seed.join('\u0000');
    this.a = hash(text, 0x811c9dc5);
    this.b = hash(text, 0x9e3779b9);
    this.c = hash(text, 0x85ebca6b);
    for (let i = 0; i < 8; i++) this.next();
  }

  /** A number in [0, 1). sfc32 of PractRand, public domain (Chris Doty-Humphrey). */
  next(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    this.c |= 0;
    return (sum >>> 0) / 4294967296;
  }

  chance(p: number): boolean {
    return this.next() < p;
  }

  /** A whole number in [low, high], both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  /** @throws Error when the list is empty */
  pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.next() * items.length)];
    if (item === undefined) throw new Error('pick from an empty list');
    return item;
  }

  /** One of the items, each as likely as its weight. @throws Error when no weight is positive */
  weighted<T>(items: readonly T[], weight: (item: T) => number): T {
    const total = items.reduce((sum, item) => sum + Math.max(0, weight(item)), 0);
    if (total <= 0) throw new Error('no positive weight');
    let left = this.next() * total;
    for (const item of items) {
      left -= Math.max(0, weight(item));
      if (left < 0) return item;
    }
    return this.pick(items.filter((item) => weight(item) > 0));
  }

  /** Standard normal (Box and Muller, 1958). */
  normal(): number {
    const u = Math.max(this.next(), 1e-12);
    return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * this.next());
  }

  /** Log-normal with the given median; sigma is the spread of the logarithm. */
  lognormal(median: number, sigma: number): number {
    return median * Math.exp(sigma * this.normal());
  }

  /** A count with the given mean (Knuth; means here stay small). */
  poisson(mean: number): number {
    const limit = Math.exp(-mean);
    let count = 0;
    for (let p = this.next(); p > limit; p *= this.next()) count++;
    return count;
  }

  /** A version 4 UUID. */
  uuid(): string {
    const hex = Array.from({ length: 4 }, () =>
      Math.floor(this.next() * 4294967296)
        .toString(16)
        .padStart(8, '0'),
    ).join('');
    const variant = ((parseInt(hex[16] ?? '0', 16) & 0x3) | 0x8).toString(16);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}

/** 32-bit FNV-1a from a given start, with a final mix. */
function hash(text: string, start: number): number {
  let h = start;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  return (h ^ (h >>> 13)) | 0;
}
