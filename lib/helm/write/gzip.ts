/** No name, no time, no operating system. */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
const LONGEST = 0xffff;

/**
 * The bytes in gzip's format, as they are: what a compressor makes of them differs between versions and processors,
 * and a package must be the same bytes wherever it is made.
 */
export function gzip(bytes: Buffer): Buffer {
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(bytes), 0);
  trailer.writeUInt32LE(bytes.length % 2 ** 32, 4);
  return Buffer.concat([HEADER, ...blocks(bytes), trailer]);
}

function blocks(bytes: Buffer): Buffer[] {
  const count = Math.max(1, Math.ceil(bytes.length / LONGEST));
  return Array.from({ length: count }, (_, index) => {
    const content = bytes.subarray(index * LONGEST, (index + 1) * LONGEST);
    const lead = Buffer.alloc(5);
    lead.writeUInt8(index === count - 1 ? 1 : 0, 0);
    lead.writeUInt16LE(content.length, 1);
    lead.writeUInt16LE(content.length ^ LONGEST, 3);
    return Buffer.concat([lead, content]);
  });
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) {
    rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  }
  return rest;
});

function crc32(bytes: Buffer): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum = TABLE[(sum ^ byte) & 0xff]! ^ (sum >>> 8);
  }
  return (sum ^ 0xffffffff) >>> 0;
}
