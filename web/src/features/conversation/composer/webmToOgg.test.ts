import { expect, test } from "vitest";
import { checksum, packetSamples, webmToOgg } from "./webmToOgg";

const HEAD = [...new TextEncoder().encode("OpusHead"), 1, 1, 0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0];
const OPEN = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

const element = (id: number[], content: number[]) => [
  ...id,
  0x40 | (content.length >> 8),
  content.length & 0xff,
  ...content,
];
const block = (packet: number[]) => element([0xa3], [0x81, 0, 0, 0x80, ...packet]);

/** As a browser writes it: segment and clusters of open size. */
function webm(packets: number[][]): Uint8Array {
  const tracks = element(
    [0x16, 0x54, 0xae, 0x6b],
    element([0xae], [...element([0xd7], [1]), ...element([0x63, 0xa2], HEAD)]),
  );
  const half = Math.ceil(packets.length / 2);
  const cluster = (some: number[][]) => [
    ...[0x1f, 0x43, 0xb6, 0x75],
    ...OPEN,
    ...element([0xe7], [0]),
    ...some.flatMap(block),
  ];
  return Uint8Array.from([
    ...element([0x1a, 0x45, 0xdf, 0xa3], element([0x42, 0x82], [119, 101, 98, 109])),
    ...[0x18, 0x53, 0x80, 0x67],
    ...OPEN,
    ...tracks,
    ...cluster(packets.slice(0, half)),
    ...cluster(packets.slice(half)),
  ]);
}

type Page = { flags: number; position: number; sequence: number; packets: number[][] };

/** Reads the pages back, and checks each one's sum on the way. */
function pages(ogg: Uint8Array): Page[] {
  const found: Page[] = [];
  let at = 0;
  while (at < ogg.length) {
    const view = new DataView(ogg.buffer, ogg.byteOffset + at);
    expect(new TextDecoder().decode(ogg.slice(at, at + 4))).toBe("OggS");
    const count = view.getUint8(26);
    const lacing = [...ogg.slice(at + 27, at + 27 + count)];
    const size = 27 + count + lacing.reduce((sum, length) => sum + length, 0);
    const whole = ogg.slice(at, at + size);
    whole.fill(0, 22, 26);
    expect(checksum(whole)).toBe(view.getUint32(22, true));
    const packets: number[][] = [];
    let packet: number[] = [];
    let from = at + 27 + count;
    for (const length of lacing) {
      packet.push(...ogg.slice(from, from + length));
      from += length;
      if (length < 255) {
        packets.push(packet);
        packet = [];
      }
    }
    found.push({
      flags: view.getUint8(5),
      position: Number(view.getBigUint64(6, true)),
      sequence: view.getUint32(18, true),
      packets,
    });
    at += size;
  }
  return found;
}

test("the packets come out as they went in, after head and tags", () => {
  // 20 ms each, of any length: also one of 255 and one of 510 bytes, which end with an empty lace.
  const packets = [3, 255, 510, 700].map((length) => [
    0x08,
    ...Array(length - 1).fill(length % 251),
  ]);
  const [head, tags, sound, ...rest] = pages(webmToOgg(webm(packets)));
  expect(rest).toEqual([]);
  expect(head).toEqual({ flags: 2, position: 0, sequence: 0, packets: [HEAD] });
  expect(new TextDecoder().decode(Uint8Array.from(tags?.packets[0] ?? []).slice(0, 8))).toBe(
    "OpusTags",
  );
  expect(sound).toEqual({ flags: 4, position: 4 * 960, sequence: 2, packets });
});

test("a long recording becomes several pages, the last one marked", () => {
  const found = pages(webmToOgg(webm(Array.from({ length: 120 }, () => [0x08, 1, 2]))));
  expect(found.slice(2).map(({ flags, position }) => [flags, position])).toEqual([
    [0, 50 * 960],
    [0, 100 * 960],
    [4, 120 * 960],
  ]);
});

test.each([
  ["SILK 20 ms", [0x08], 960],
  ["hybrid 10 ms", [0x60], 480],
  ["CELT 2.5 ms", [0x80], 120],
  ["two frames of CELT 20 ms", [0x99], 1920],
  ["three frames of SILK 60 ms", [0x1b, 3], 8640],
])("%s", (_name, packet, want) => {
  expect(packetSamples(Uint8Array.from(packet))).toBe(want);
});

test("the sum is Ogg's own", () => {
  expect(checksum(new TextEncoder().encode("123456789"))).toBe(0x89a1897f);
});

test("what is no WebM, or holds no sound, is refused", () => {
  expect(() => webmToOgg(new Uint8Array(8))).toThrow();
  expect(() => webmToOgg(webm([]))).toThrow();
});
