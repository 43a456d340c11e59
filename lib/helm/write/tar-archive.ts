const BLOCK = 512;
const MODE = 0o644;

/** Files in a tar archive (ustar): the same bytes for the same files, whoever makes it and when. */
export function tarArchive(files: ReadonlyMap<string, string>): Buffer {
  const parts = [...files].flatMap(([path, text]) => {
    const content = Buffer.from(text);
    return [header(path, content.length), content, padding(content.length)];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

function header(path: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const [prefix, name] = split(path);
  const octal = (value: number, width: number): string => value.toString(8).padStart(width - 1, '0');
  block.write(name, 0);
  block.write(octal(MODE, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(0, 12), 136);
  // The checksum counts itself as spaces.
  block.write(' '.repeat(8), 148);
  block.write('0', 156);
  block.write('ustar\x0000', 257);
  block.write(prefix, 345);
  block.write(
    `${octal(
      block.reduce((sum, byte) => sum + byte, 0),
      7,
    )}\0`,
    148,
  );
  return block;
}

/** The header has 155 bytes for folders and 100 for what follows them. */
function split(path: string): [prefix: string, name: string] {
  if (Buffer.byteLength(path) <= 100) {
    return ['', path];
  }
  const at = path.indexOf('/', path.length - 101);
  const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
  if (at === -1 || Buffer.byteLength(prefix) > 155 || Buffer.byteLength(name) > 100) {
    throw new Error(`the path ${path} is too long for an archive`);
  }
  return [prefix, name];
}

const padding = (size: number): Buffer => Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
