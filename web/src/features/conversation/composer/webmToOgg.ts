/*
 * Chrome records Opus into WebM only; a WhatsApp voice note is Opus in Ogg. The packets are the same,
 * so they are taken out of the one container and put into the other: nothing is encoded again.
 * Sources: RFC 8794 (EBML), the Matroska element list, RFC 3533 (Ogg), RFC 7845 (Opus in Ogg),
 * RFC 6716 section 3.1 (the packet's first byte).
 */

/** Turns a WebM file with one Opus track into an Ogg file. Throws on what it cannot read. */
export function webmToOgg(webm: Uint8Array): Uint8Array<ArrayBuffer> {
  const { head, packets } = readWebm(webm);
  if (packets.length === 0) throw new Error("the recording holds no sound");
  return writeOgg(head ?? defaultHead(), packets);
}

const ID = {
  segment: 0x18538067,
  cluster: 0x1f43b675,
  tracks: 0x1654ae6b,
  entry: 0xae,
  codecPrivate: 0x63a2,
  group: 0xa0,
  block: 0xa1,
  simpleBlock: 0xa3,
};

/** Elements that are looked into; a recorder leaves the size of some of them open. */
const MASTERS = new Set([ID.segment, ID.cluster, ID.tracks, ID.entry, ID.group]);

function readWebm(bytes: Uint8Array): { head: Uint8Array | null; packets: Uint8Array[] } {
  const packets: Uint8Array[] = [];
  let head: Uint8Array | null = null;
  let at = 0;
  while (at < bytes.length) {
    const id = readNumber(bytes, at, true);
    const size = readNumber(bytes, at + id.length, false);
    const from = at + id.length + size.length;
    // Children of a master follow it, so that going on behind its header walks the whole tree.
    if (MASTERS.has(id.value)) {
      at = from;
      continue;
    }
    const to = Math.min(bytes.length, from + size.value);
    if (id.value === ID.codecPrivate) head = bytes.slice(from, to);
    if (id.value === ID.simpleBlock || id.value === ID.block) {
      // Track number, two bytes of time, one of flags; a recorder does not lace audio.
      const track = readNumber(bytes, from, false);
      packets.push(bytes.slice(from + track.length + 3, to));
    }
    at = to;
  }
  return { head, packets };
}

/** A number whose first byte says by its leading zeros how long it is. An id keeps that mark. */
function readNumber(
  bytes: Uint8Array,
  at: number,
  keepMark: boolean,
): { value: number; length: number } {
  const first = bytes[at];
  if (first === undefined || first === 0) throw new Error("not a WebM file");
  const length = Math.clz32(first) - 23;
  let value = keepMark ? first : first & (0xff >> length);
  for (let index = 1; index < length; index++) value = value * 256 + (bytes[at + index] ?? 0);
  return { value, length };
}

/** For a recorder that leaves it out: mono, no skip, 48 kHz. */
function defaultHead(): Uint8Array {
  const head = new Uint8Array(19);
  head.set(new TextEncoder().encode("OpusHead"));
  head.set([1, 1], 8);
  new DataView(head.buffer).setUint32(12, 48_000, true);
  return head;
}

/** In samples of 48 kHz. */
export function packetSamples(packet: Uint8Array): number {
  const first = packet[0] ?? 0;
  const config = first >> 3;
  const frame =
    config < 12
      ? [480, 960, 1920, 2880][config & 3]
      : config < 16
        ? [480, 960][config & 1]
        : [120, 240, 480, 960][config & 3];
  const code = first & 3;
  const frames = code === 0 ? 1 : code === 3 ? (packet[1] ?? 0) & 63 : 2;
  return (frame ?? 960) * frames;
}

const SERIAL = 0x7061726c;
const FIRST = 2;
const LAST = 4;
/** About a second of sound in a page. */
const PAGE_PACKETS = 50;

function writeOgg(head: Uint8Array, packets: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const pages: Uint8Array[] = [];
  const add = (content: readonly Uint8Array[], position: number, flags: number) =>
    pages.push(page(content, position, flags, pages.length));
  add([head], 0, FIRST);
  add([tags()], 0, 0);
  let position = 0;
  for (let from = 0; from < packets.length; from += PAGE_PACKETS) {
    const content = packets.slice(from, from + PAGE_PACKETS);
    for (const packet of content) position += packetSamples(packet);
    add(content, position, from + PAGE_PACKETS >= packets.length ? LAST : 0);
  }
  return join(pages);
}

function tags(): Uint8Array {
  const vendor = new TextEncoder().encode("Parley");
  const tags = new Uint8Array(8 + 4 + vendor.length + 4);
  tags.set(new TextEncoder().encode("OpusTags"));
  new DataView(tags.buffer).setUint32(8, vendor.length, true);
  tags.set(vendor, 12);
  return tags;
}

function page(
  packets: readonly Uint8Array[],
  position: number,
  flags: number,
  sequence: number,
): Uint8Array {
  const lacing = packets.flatMap(({ length }) => [
    ...Array<number>(Math.floor(length / 255)).fill(255),
    length % 255,
  ]);
  if (lacing.length > 255) throw new Error("a page of sound is too large");
  const bytes = join([new Uint8Array(27), Uint8Array.from(lacing), ...packets]);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode("OggS"));
  view.setUint8(5, flags);
  view.setBigUint64(6, BigInt(position), true);
  view.setUint32(14, SERIAL, true);
  view.setUint32(18, sequence, true);
  view.setUint8(26, lacing.length);
  view.setUint32(22, checksum(bytes), true);
  return bytes;
}

/** Ogg's CRC: polynomial 04c11db7, not reflected, beginning with zero. */
export function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) sum = sum & 0x80000000 ? (sum << 1) ^ 0x04c11db7 : sum << 1;
  }
  return sum >>> 0;
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
