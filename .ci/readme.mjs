// The README as a registry shows it: beside no other file. `--pack` puts it in the place of the repository's for the time
// of `npm pack` and `npm publish`, `--restore` takes it back.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const { name, version, files } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);

const isPacked = (path) =>
  ['README.md', 'LICENSE'].includes(path) ||
  files.some((file) => path === file || path.startsWith(`${file}/`));

/** Where any version of a package can be read. */
const addressOf = (path) => `https://unpkg.com/${name}@${version}/${path}`;

/**
 * Images and links by their addresses; a link to what the package does not hold is its text alone.
 *
 * Errors: Error for an image that the package does not hold.
 */
export function standalone(readme) {
  return readme
    .replace(/(?<= (?:src|srcset)=")(?!https?:)[^"]+/g, (path) => {
      if (isPacked(path)) return addressOf(path);
      throw new Error(
        `README: expected ${path} to be in the package's files, for a registry shows it from there`,
      );
    })
    .replace(/(?<!!)\[([^\]]+)\]\((?!https?:|#)([^)#]+)(#[^)]*)?\)/g, (_, text, path, place = '') =>
      isPacked(path) ? `[${text}](${addressOf(path)}${place})` : text,
    );
}

const KEPT = 'build/README.md';
function restore() {
  if (existsSync(KEPT)) renameSync(KEPT, 'README.md');
}

const [what] = process.argv[1] === fileURLToPath(import.meta.url) ? process.argv.slice(2) : [];
if (what !== undefined) {
  process.chdir(fileURLToPath(new URL('..', import.meta.url)));
  restore();
  if (what === '--pack') {
    const text = standalone(readFileSync('README.md', 'utf8'));
    renameSync('README.md', KEPT);
    writeFileSync('README.md', text);
  }
}
